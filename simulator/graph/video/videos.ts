import { keep } from '../../bytes/keep.ts';
import { badParameter, GraphError, videoUploadProblem } from '../../errors.ts';
import { appendPart, partOf, receivedBytes } from '../../rupload/parts.ts';
import type { Page } from '../../state/accounts.ts';
import { createVideo, findUploadSession, noteUploaded, type Video, videosOf } from '../../state/videos.ts';
import type { Call } from '../call.ts';
import { needToPost } from '../rights.ts';
import { finish } from './finish.ts';
import { listVideos } from './list.ts';

/** How much of a video is asked for at once. */
const CHUNK_BYTES = 8 * 1_024 * 1_024;
const LARGEST_VIDEO_BYTES = 10_000_000_000;

/** `POST /{page}/videos`, piece by piece: `start`, as many `transfer` as it takes, `finish`. */
export async function publishVideo(call: Call, page: Page): Promise<unknown> {
  needToPost(call, page.id);
  const phase = call.params.text('upload_phase');
  if (phase === 'start') return start(call, page);
  if (phase === 'transfer') return transfer(call, sessionIn(call, page));
  if (phase !== 'finish') throw badParameter('upload_phase must be one of {start, transfer, finish}');
  const state = call.params.boolean('published') === false ? 'DRAFT' : 'PUBLISHED';
  finish(call, sessionIn(call, page), state, call.switches.finishVideoAgain);
  return { success: true };
}

/** `GET /{page}/videos?type=uploaded`: reels too, since they are videos. */
export function listUploadedVideos(call: Call, page: Page): unknown {
  return listVideos(call, page, 'videos', videosOf(call.world.db, page.id));
}

function start({ world, params, nowMs }: Call, page: Page): unknown {
  const fileSize = Number(params.text('file_size'));
  if (!Number.isInteger(fileSize) || fileSize < 1 || fileSize > LARGEST_VIDEO_BYTES)
    throw badParameter('file_size must be the size of the video in bytes');
  const video = createVideo(world.db, { pageId: page.id, flow: 'video', fileSize, nowMs });
  return { video_id: video.id, ...offsets(0, fileSize), upload_session_id: video.session_id };
}

async function transfer({ world, params, uploads, nowMs }: Call, video: Video): Promise<unknown> {
  const chunk = uploads.find(({ field }) => field === 'video_file_chunk');
  if (!chunk || chunk.truncated) throw badParameter('The parameter video_file_chunk is required');
  const [size, received] = [video.file_size ?? 0, receivedBytes(world, video.id)];
  const wanted = video.uploaded_at === null ? received : size;
  if (params.text('start_offset') !== String(wanted) || wanted + chunk.bytes > size)
    throw videoUploadProblem(offsets(wanted, size));
  appendPart(world, video.id, chunk.path);
  const now = wanted + chunk.bytes;
  if (now === size) noteUploaded(world.db, video.id, (await keep(world, partOf(world, video.id))).sha256, nowMs);
  return offsets(now, size);
}

function sessionIn({ world, params }: Call, page: Page): Video {
  const video = findUploadSession(world.db, params.text('upload_session_id') ?? '');
  if (!video || video.page_id !== page.id)
    throw new GraphError(6001, '(#6001) Upload session does not exist', { subcode: 1_363_033 });
  return video;
}

/** Meta gives them as text. */
const offsets = (from: number, size: number) => ({
  start_offset: String(from),
  end_offset: String(Math.min(from + CHUNK_BYTES, size)),
});
