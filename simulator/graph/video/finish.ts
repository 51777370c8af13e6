import { badParameter, GraphError } from '../../errors.ts';
import { findFile } from '../../state/files.ts';
import type { Post } from '../../state/posts.ts';
import { postsOfVideo } from '../../state/posts.ts';
import { addPostOf, countFinishCall, finishVideo, type Video, type VideoState } from '../../state/videos.ts';
import type { Again } from '../../switches.ts';
import type { Call } from '../call.ts';
import { secondCall } from '../second-call.ts';
import { pageVideoFlaw } from './rules.ts';

const PROCESSING_FAILED = 'The video could not be processed.';

/** The call that publishes a video, whichever way it was uploaded; what becomes of it shows when it has been processed. */
export function finish(call: Call, video: Video, state: VideoState, usually: Again): Post {
  const { world, params, switches, nowMs } = call;
  const file = video.sha256 === null ? undefined : findFile(world.db, video.sha256);
  if (!file) throw new GraphError(6000, '(#6000) The video has not been uploaded completely', { subcode: 1_363_130 });
  countFinishCall(world.db, video.id);
  if (video.video_state === 'PUBLISHED') return finishAgain(call, video, secondCall(call, usually));
  const flaw = call.mishap?.errorSubcode === undefined ? pageVideoFlaw(file, video.flow) : PROCESSING_FAILED;
  return world.db.transaction(() =>
    finishVideo(world.db, video, {
      title: params.text('title') || null,
      description: params.text('description') || null,
      error: flaw ?? null,
      ...{ state, nowMs, readyAt: nowMs + (call.mishap?.delayMs ?? switches.videoProcessingMs) },
    }),
  );
}

/** What a second finish does is not documented: any of three. */
function finishAgain({ world, nowMs }: Call, video: Video, again: Again): Post {
  const [first] = postsOfVideo(world.db, video.id);
  if (again === 'error') throw badParameter('This video has already been published');
  return again === 'duplicate' || !first ? addPostOf(world.db, video, nowMs) : first;
}
