import { noAnswer } from '../../graph/failure.ts';
import { metaId } from '../../graph/ids.ts';
import { isGone } from '../../graph/is-gone.ts';
import { hashOf } from '../content.ts';
import { aheadMs } from './ahead.ts';
import { askAgainAfterMs } from './ask-again.ts';
import { acceptedAs } from './done-as.ts';
import { failed } from './failed.ts';
import type { Commit, Committing, Look, Looking, Made, Making, Publisher } from './form.ts';
import { findStory } from './page-stories.ts';
import { lookAtVideo, notProcessed, videoState } from './page-video-status.ts';
import { changeText, commentOnPost, deletePost, lastPosts, postPermalink, textAt } from './published-post.ts';
import { sendVideo } from './send-video.ts';
import { isLost } from './unseen.ts';

/** What was lost so often on its way will not arrive. */
const sentAtMost = 4;

/**
 * A reel of a Page, or a story that is a video: a session is started, the video sent, and one call finishes it. Meta shows it when it has
 * processed it. (Reels Publishing and Page Stories, read 2026-09-11.)
 */
const session = (edge: 'video_reels' | 'video_stories'): Publisher => ({
  aheadMs,
  // The wording goes with the last call.
  pieces: ({ media }) => [
    { step: 'upload', position: 0, hash: hashOf([edge, media[0]?.sha256.toString('hex') ?? null]), stage: 'ahead' },
  ],
  make: (making) => upload(making, edge),
  commit: (call) => finish(call, edge),
  look: lookAtVideo,
  mayRepeat: 'after-two-negative-reads',
  oneAtATime: false,
  permalink: postPermalink,
  lastPublished: lastPosts,
  // Sessions cannot be deleted; they expire unseen.
  discards: [],
});

export const pageReel: Publisher = {
  ...session('video_reels'),
  comment: commentOnPost,
  deletePublished: deletePost,
  changeText,
  textAt,
};

export const pageVideoStory: Publisher = {
  ...session('video_stories'),
  async look(at: Looking): Promise<Look> {
    const [video, story] = await Promise.all([lookAtVideo(at), findStory(at)]);
    // What the list of stories would tell, the video alone cannot.
    const isUntold = video.seen === 'gone' && story.seen === 'no-answer';
    return story.seen === 'live' || isUntold ? story : video;
  },
};

async function upload(making: Making, edge: string): Promise<Made> {
  const { graph, token, content, begun, note, signal, triesBefore } = making;
  const [video] = content.media;
  if (!video) throw new Error('A video without a file');
  const progress = begun?.progress ?? { since: Date.now() };
  let id = begun?.metaId;
  if (id === undefined) {
    const path = `/${content.row.accountMetaId}/${edge}`;
    const started = await graph.call<{ video_id?: unknown }>({
      ...{ method: 'POST', path, token, signal, params: { upload_phase: 'start' } },
    });
    if (!started.ok) return { is: 'failed', failure: started.failure };
    id = metaId(started.data.video_id);
    // Without an id nobody knows what was begun.
    if (id === undefined) return { is: 'failed', failure: noAnswer() };
    await note(id, progress);
  }
  const sent = await sendVideo(making, video, { to: 'video-upload', id });
  if (!sent.ok) return failed(sent.failure);
  const since = Number(progress.since);
  const notYet = { is: 'not-yet', askAgainMs: askAgainAfterMs(since) } as const;
  const state = await videoState(making, id);
  if (!state.ok) return isGone(state.failure) && !isLost(since) ? notYet : failed(state.failure);
  if (state.data.failed === 'upload' && triesBefore + 1 < sentAtMost)
    return { is: 'begin-anew', failure: notProcessed };
  if (state.data.failed) return { is: 'failed', failure: notProcessed };
  return state.data.uploaded ? { is: 'ready', metaId: id } : notYet;
}

function finish({ token, content, subject }: Committing, edge: string): Commit {
  const { text, accountMetaId } = content.row;
  const params = {
    ...{ upload_phase: 'finish', video_id: subject },
    ...(edge === 'video_reels' ? { video_state: 'PUBLISHED', ...(text ? { description: text } : {}) } : {}),
  };
  return {
    call: { method: 'POST', path: `/${accountMetaId}/${edge}`, token, params },
    done: acceptedAs,
  };
}
