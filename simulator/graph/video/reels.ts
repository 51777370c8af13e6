import { badParameter, GraphError } from '../../errors.ts';
import type { Page } from '../../state/accounts.ts';
import { createVideo, findVideo, reelsOfDay, type Video, type VideoState, videosOf } from '../../state/videos.ts';
import type { Call } from '../call.ts';
import { needToPost } from '../rights.ts';
import { finish } from './finish.ts';
import { listVideos } from './list.ts';

/** Reels that an app may publish to a Page in a day (Reels Publishing, 2026-09-11); with which words it refuses more is not documented. */
const TOO_MANY = 613;

/** `POST /{page}/video_reels`: `start`, then the upload at the address that it gives, then `finish`. */
export function publishReel(call: Call, page: Page): unknown {
  needToPost(call, page.id);
  const phase = call.params.text('upload_phase');
  if (phase === 'start') return startUpload(call, page, 'reel');
  if (phase !== 'finish') throw badParameter('upload_phase must be start or finish');
  const video = uploadedVideo(call, page, 'reel');
  const state = stateIn(call);
  const { reelsADay, finishReelAgain } = call.switches;
  const first = video.video_state !== 'PUBLISHED' && state === 'PUBLISHED';
  if (first && reelsOfDay(call.world.db, page.id, call.nowMs) >= reelsADay)
    throw new GraphError(TOO_MANY, '(#613) Calls to this api have exceeded the rate limit.');
  finish(call, video, state, finishReelAgain);
  return { success: true };
}

/** `GET /{page}/video_reels`. */
export function listReels(call: Call, page: Page): unknown {
  const reels = videosOf(call.world.db, page.id).filter(({ flow }) => flow === 'reel');
  return listVideos(call, page, 'video_reels', reels);
}

/** A video to come, and where to upload it. */
export function startUpload({ world, nowMs, origin, version }: Call, page: Page, flow: 'reel' | 'story'): unknown {
  const { id } = createVideo(world.db, { pageId: page.id, flow, fileSize: null, nowMs });
  return { video_id: id, upload_url: `${origin}/video-upload/${version}/${id}` };
}

/** The video that a finishing call names. */
export function uploadedVideo({ world, params }: Call, page: Page, flow: 'reel' | 'story'): Video {
  const video = findVideo(world.db, params.text('video_id') ?? '');
  if (!video || video.page_id !== page.id || video.flow !== flow)
    throw badParameter('Param video_id must be a valid video');
  return video;
}

function stateIn({ params }: Call): VideoState {
  const state = params.text('video_state');
  if (state === 'SCHEDULED') throw badParameter('The simulator does not keep scheduled posts');
  if (state !== 'PUBLISHED' && state !== 'DRAFT')
    throw badParameter('video_state must be one of {DRAFT, PUBLISHED, SCHEDULED}');
  return state;
}
