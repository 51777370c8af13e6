import { buffer } from 'node:stream/consumers';
import { FormData } from 'undici';
import { mediaKey } from '../../../db/media/store.ts';
import type { MediaRow } from '../../../db/tenant/targets/read-target.ts';
import { noAnswer } from '../../graph/failure.ts';
import { metaId, textOf } from '../../graph/ids.ts';
import { isGone } from '../../graph/is-gone.ts';
import { hashOf } from '../content.ts';
import { aheadMs } from './ahead.ts';
import { askAgainAfterMs } from './ask-again.ts';
import { acceptedAs } from './done-as.ts';
import { failed } from './failed.ts';
import type { Commit, Committing, Made, Making, Publisher } from './form.ts';
import { lookAtVideo, videoState } from './page-video-status.ts';
import { changeText, commentOnPost, deletePost, lastPosts, postPermalink, textAt } from './published-post.ts';
import { isLost } from './unseen.ts';

/** How much is sent where Meta does not say; never more, since a chunk is held in memory. */
const chunkAtMostBytes = 8 * 1024 * 1024;

/** A video on a Page's feed that is no reel: sent in chunks, and one call ends the session. (Page Videos reference, read 2026-09-11.) */
export const pageVideo: Publisher = {
  aheadMs,
  // The wording goes with the last call.
  pieces: ({ media }) => [
    { step: 'upload', position: 0, hash: hashOf(['videos', media[0]?.sha256.toString('hex') ?? null]), stage: 'ahead' },
  ],
  make: upload,
  commit: finish,
  look: lookAtVideo,
  mayRepeat: 'after-two-negative-reads',
  oneAtATime: false,
  permalink: postPermalink,
  lastPublished: lastPosts,
  comment: commentOnPost,
  deletePublished: deletePost,
  changeText,
  textAt,
  // Sessions cannot be deleted; they expire unseen.
  discards: [],
};

interface Session {
  id: string;
  session: string;
  offset: number;
}

async function upload(making: Making): Promise<Made> {
  const [video] = making.content.media;
  if (!video) throw new Error('A video without a file');
  const begun = await (making.begun ? goOn(making, making.begun) : start(making, video));
  if ('is' in begun) return begun;
  if ('failure' in begun) return failed(begun.failure);
  for (let { offset } = begun; offset < Number(video.bytes); ) {
    const sent = await transfer(making, video, { ...begun, offset });
    if ('failure' in sent) return failed(sent.failure);
    offset = sent.offset;
  }
  return { is: 'ready', metaId: begun.id };
}

type Begun = Session | { failure: ReturnType<typeof noAnswer> } | Extract<Made, { is: 'not-yet' }>;

async function start({ graph, token, content, signal, note }: Making, video: MediaRow): Promise<Begun> {
  const answer = await graph.call<{ video_id?: unknown; upload_session_id?: unknown }>({
    ...{ method: 'POST', path: `/${content.row.accountMetaId}/videos`, token, signal },
    params: { upload_phase: 'start', file_size: Number(video.bytes) },
  });
  if (!answer.ok) return answer;
  const [id, session] = [metaId(answer.data.video_id), metaId(answer.data.upload_session_id)];
  if (!id || !session) return { failure: noAnswer() };
  await note(id, { session, since: Date.now() });
  return { id, session, offset: 0 };
}

/** What of the last chunk has arrived, its answer may not have said. */
async function goOn(making: Making, { metaId: id, progress }: NonNullable<Making['begun']>): Promise<Begun> {
  const state = await videoState(making, id);
  const since = Number(progress.since);
  if (!state.ok && isGone(state.failure) && !isLost(since))
    return { is: 'not-yet', askAgainMs: askAgainAfterMs(since) };
  if (!state.ok) return state;
  const { uploadedBytes: offset } = state.data;
  return offset === undefined ? { failure: noAnswer() } : { id, session: String(progress.session), offset };
}

async function transfer(
  { graph, token, content, files, tenant, signal }: Making,
  video: MediaRow,
  { session, offset }: Session,
): Promise<{ offset: number } | { failure: ReturnType<typeof noAnswer> }> {
  const end = Math.min(offset + chunkAtMostBytes, Number(video.bytes)) - 1;
  const chunk = await buffer(await files.read(mediaKey(tenant, video.sha256), { start: offset, end }));
  const form = new FormData();
  form.set('upload_phase', 'transfer');
  form.set('upload_session_id', session);
  form.set('start_offset', String(offset));
  form.set('video_file_chunk', new Blob([chunk], { type: 'application/octet-stream' }), 'chunk');
  const path = `/${content.row.accountMetaId}/videos`;
  const answer = await graph.call<{ start_offset?: unknown }>({
    method: 'POST',
    path,
    token,
    form,
    timeoutMs: 120_000,
    signal,
  });
  if (!answer.ok) return answer;
  const next = Number(textOf(answer.data.start_offset) ?? answer.data.start_offset);
  return next > offset ? { offset: next } : { failure: noAnswer() };
}

function finish({ token, content, progress }: Committing): Commit {
  const { text, accountMetaId } = content.row;
  const params = {
    upload_phase: 'finish',
    upload_session_id: String(progress.session),
    ...(text ? { description: text } : {}),
  };
  return {
    call: { method: 'POST', path: `/${accountMetaId}/videos`, token, params },
    done: acceptedAs,
  };
}
