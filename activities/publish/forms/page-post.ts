import { FormData } from 'undici';
import type { GraphAnswer } from '../../graph/client.ts';
import { noAnswer } from '../../graph/failure.ts';
import { metaId } from '../../graph/ids.ts';
import { isGone } from '../../graph/is-gone.ts';
import { photoHash } from '../content.ts';
import { aheadMs } from './ahead.ts';
import type { Commit, Committing, Look, Looking, Made, Making, Publisher } from './form.ts';
import {
  addressIn,
  changeText,
  commentOnPost,
  deletePost,
  lastPosts,
  postPermalink,
  textAt,
} from './published-post.ts';
import { findUnseenPosts } from './unseen-posts.ts';

/** What was seen longer ago says nothing of what is deleted now. */
const lookHoldsMs = 5_000;

/**
 * A post of text, link, one photo or an album on a Page: the photos and the post are made with `published=false`, and one call makes the post
 * public. (Page feed and photos references, `published=false` and `attached_media`, read 2026-09-11.)
 */
export const pagePost: Publisher = {
  aheadMs,
  pieces: (content) => [
    ...content.media.map((media) => {
      return { step: 'photo', position: media.position, hash: photoHash(media, content.form), stage: 'ahead' } as const;
    }),
    { step: 'draft', position: 0, hash: content.hash, stage: 'last' },
  ],
  make: (making) => (making.piece.step === 'photo' ? uploadPhoto(making) : createDraft(making)),
  // Repeating it creates nothing (observed twice on v25, 2026-09).
  mayRepeat: 'at-once',
  oneAtATime: false,
  commit,
  look,
  permalink: postPermalink,
  lastPublished: lastPosts,
  comment: commentOnPost,
  deletePublished: deletePost,
  changeText,
  textAt,
  discards: ['photo', 'draft'],
  // A photo whose answer was lost goes by itself: Meta deletes unpublished ones after a day.
  findUnseen: findUnseenPosts,
  async discard(at, { step, metaId }) {
    const lookedAtMs = performance.now();
    if (step === 'draft') {
      const looked = await look({ ...at, subject: metaId });
      if (looked.seen === 'live') return { ok: true, data: 'live' };
      if (looked.seen === 'no-answer') return { ok: false, failure: looked.failure ?? noAnswer() };
    }
    // Frozen meanwhile: somebody may have published it since.
    if (performance.now() - lookedAtMs > lookHoldsMs) return { ok: false, failure: noAnswer() };
    const answer = await at.graph.call({ method: 'DELETE', path: `/${metaId}`, token: at.token });
    return answer.ok || isGone(answer.failure) ? { ok: true, data: 'deleted' } : answer;
  },
};

/** Also when it is given up meanwhile its answer is waited for: what Meta has no id for cannot be deleted there. */
async function uploadPhoto({ graph, token, files, sent, content, piece }: Making): Promise<Made> {
  const media = content.media.find(({ position }) => position === piece.position);
  if (!media) throw new Error('A photo of no position');
  const form = new FormData();
  form.set('published', 'false');
  if (media.altText) form.set('alt_text_custom', media.altText);
  const { key, contentType } = await sent(media);
  form.set('source', await files.openBlob(key, contentType), 'photo');
  const path = `/${content.row.accountMetaId}/photos`;
  return made(await graph.call({ method: 'POST', path, token, form, timeoutMs: 120_000 }));
}

async function createDraft({ graph, token, content, laid }: Making): Promise<Made> {
  const { text, link, accountMetaId } = content.row;
  const photos = laid.map(({ metaId }) => ({ media_fbid: metaId }));
  const params = {
    published: false,
    ...(text ? { message: text } : {}),
    ...(link ? { link } : {}),
    ...(photos.length ? { attached_media: JSON.stringify(photos) } : {}),
  };
  return made(await graph.call({ method: 'POST', path: `/${accountMetaId}/feed`, token, params }));
}

/** Without an id nobody knows what was made. */
function made(answer: GraphAnswer<{ id?: unknown }>): Made {
  if (!answer.ok) return { is: 'failed', failure: answer.failure };
  const id = metaId(answer.data.id);
  return id ? { is: 'ready', metaId: id } : { is: 'failed', failure: noAnswer() };
}

function commit({ token, subject }: Committing): Commit {
  return {
    call: { method: 'POST', path: `/${subject}`, token, params: { is_published: true } },
    done: ({ success }) => (success === true ? { is: 'published', metaId: subject } : undefined),
  };
}

interface Post {
  is_published?: unknown;
  permalink_url?: unknown;
}

async function look({ graph, token, subject }: Pick<Looking, 'graph' | 'token' | 'subject'>): Promise<Look> {
  const fields = ['is_published', 'permalink_url'];
  const answer = await graph.call<Post>({ method: 'GET', path: `/${subject}`, token, fields });
  if (!answer.ok) return { seen: isGone(answer.failure) ? 'gone' : 'no-answer', failure: answer.failure };
  if (answer.data.is_published === false) return { seen: 'not-live' };
  if (answer.data.is_published !== true) return { seen: 'no-answer' };
  const permalink = addressIn(answer.data);
  return { seen: 'live', metaId: subject, ...(permalink ? { permalink } : {}) };
}
