import { isGone } from '../../graph/is-gone.ts';
import { aheadMs } from './ahead.ts';
import { publishedAs } from './done-as.ts';
import type { Calling, Commit, Committing, Publisher } from './form.ts';
import { pagePost } from './page-post.ts';
import { findStory } from './page-stories.ts';
import { lastPosts, postPermalink } from './published-post.ts';

/** A photo that lies unpublished at Meta becomes a story at one stroke. (Page Stories, read 2026-09-11.) */
export const pagePhotoStory: Publisher = {
  aheadMs,
  pieces: (content) => pagePost.pieces(content).filter(({ step }) => step === 'photo'),
  make: pagePost.make,
  commit,
  look: findStory,
  mayRepeat: 'after-two-negative-reads',
  oneAtATime: false,
  permalink: postPermalink,
  lastPublished: lastPosts,
  discards: ['photo'],
  async discard(at: Calling, { metaId: photo }) {
    const answer = await at.graph.call({ method: 'DELETE', path: `/${photo}`, token: at.token });
    return answer.ok || isGone(answer.failure) ? { ok: true, data: 'deleted' } : answer;
  },
};

function commit({ token, content, subject }: Committing): Commit {
  const path = `/${content.row.accountMetaId}/photo_stories`;
  return {
    call: { method: 'POST', path, token, params: { photo_id: subject } },
    done: ({ post_id }) => publishedAs(post_id),
  };
}
