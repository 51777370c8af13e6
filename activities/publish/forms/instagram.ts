import { type Content, hashOf, photoHash } from '../content.ts';
import { aheadMs } from './ahead.ts';
import { publishedAs } from './done-as.ts';
import type { Commit, Committing, Form, Piece, Publisher } from './form.ts';
import { firstChild, makeContainer } from './instagram-container.ts';
import { bindPublished, lastMedia, lookAtContainer, readPermalink } from './instagram-look.ts';

/** Everything on Instagram is made as a container, which one call publishes. (Content Publishing, read 2026-09-11.) */
const container: Publisher = {
  aheadMs,
  pieces: ({ hash }) => [{ step: 'container', position: firstChild, hash, stage: 'ahead' }],
  make: makeContainer,
  commit,
  look: lookAtContainer,
  // A second call is refused, ignored, or publishes once more: nobody has said which.
  mayRepeat: 'after-two-negative-reads',
  oneAtATime: true,
  bindPublished,
  permalink: readPermalink,
  lastPublished: lastMedia,
  comment: ({ graph, token, metaId }, message) =>
    graph.call({ method: 'POST', path: `/${metaId}/comments`, token, params: { message }, useCase: 'instagram' }),
  // Needs instagram_manage_contents; of stories and reels Meta may say that it deletes none.
  deletePublished: ({ graph, token, metaId }) =>
    graph.call({ method: 'DELETE', path: `/${metaId}`, token, useCase: 'instagram' }),
  // Containers cannot be deleted; they expire unseen.
  discards: [],
};

/** The files first, each in a container of its own, then the carousel that takes them up. */
const carousel: Publisher = {
  ...container,
  pieces: (content) => [
    ...content.media.map((file) => childOf(content, file)),
    { step: 'container', position: 0, hash: content.hash, stage: 'last' },
  ],
};

function childOf({ options, form }: Content, file: Content['media'][number]): Piece {
  const tags = (options.userTags ?? []).filter(({ position = 0 }) => position === file.position);
  const hash = hashOf([photoHash(file, form).toString('hex'), JSON.stringify(tags)]);
  return { step: 'container', position: firstChild + file.position, hash, stage: 'ahead' };
}

function commit({ token, content, subject }: Committing): Commit {
  const path = `/${content.row.accountMetaId}/media_publish`;
  return {
    call: { method: 'POST', path, token, params: { creation_id: subject }, useCase: 'instagram' },
    done: ({ id }) => publishedAs(id),
  };
}

export const instagram: Partial<Record<Form, Publisher>> = {
  'instagram-image': container,
  'instagram-carousel': carousel,
  'instagram-reel': container,
  'instagram-story': container,
};
