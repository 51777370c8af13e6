import { isVideo } from '../../../meta/kinds.ts';
import type { GraphFailure } from '../../graph/client.ts';
import { noAnswer } from '../../graph/failure.ts';
import { metaId } from '../../graph/ids.ts';
import { isGone } from '../../graph/is-gone.ts';
import { meaningOfInstagram } from '../../graph/reactions.ts';
import { askAgainAfterMs } from './ask-again.ts';
import type { Made, Making } from './form.ts';
import { containerParams } from './instagram-params.ts';
import { sendVideo } from './send-video.ts';
import { isLost } from './unseen.ts';

/** A container that is not ready after this long never will be. */
const readyWithinMs = { image: 15 * 60_000, video: 3 * 3_600_000 };
/** What failed so often with the same media fails because of them. Containers are counted: 400 a day. */
const triesAtMost = 4;

/** One container: created, filled where it is a video, and asked for until it is `FINISHED`. (IG Container reference, read 2026-09-11.) */
export async function makeContainer(making: Making): Promise<Made> {
  const { begun, content, piece, note } = making;
  const file =
    piece.stage === 'last' ? undefined : content.media.find(({ position }) => position === piece.position - firstChild);
  const kind = file && isVideo(file) ? 'video' : 'image';
  let progress = begun?.progress ?? { since: Date.now() };
  let id = begun?.metaId;
  if (id === undefined) {
    const created = await create(making, file);
    if (typeof created !== 'string') return { is: 'failed', failure: created };
    id = created;
    await note(id, progress);
  }
  if (file && kind === 'video' && !progress.sent) {
    const sent = await sendVideo(making, file, { to: 'ig-api-upload', id });
    if (!sent.ok) return isUnknown(sent.failure) ? anew(making, sent.failure) : { is: 'failed', failure: sent.failure };
    // It is only now that Meta begins with it, however long the sending took.
    progress = { ...progress, sent: true, since: Date.now() };
    await note(id, progress);
  }
  const read = await statusOf(making, id);
  const since = Number(progress.since);
  if (read.is === 'unseen')
    return isLost(since) ? anew(making, read.failure) : { is: 'not-yet', askAgainMs: askAgainAfterMs(since) };
  if (read.is === 'failed') return read;
  if (read.status === 'ERROR') return failed(making, read.subcode);
  if (read.status === 'EXPIRED') return anew(making, meaningFailure(undefined));
  // One that is published already was so by a call whose answer was lost: the commit will find out.
  if (read.status === 'FINISHED' || read.status === 'PUBLISHED') return { is: 'ready', metaId: id };
  if (Date.now() - since > readyWithinMs[kind]) return anew(making, meaningFailure(undefined));
  return { is: 'not-yet', askAgainMs: askAgainAfterMs(since) };
}

/** Where the files of a carousel stand; the carousel itself stands before them. */
export const firstChild = 1;

async function create(making: Making, file: Parameters<typeof containerParams>[1]): Promise<string | GraphFailure> {
  const { graph, token, content, signal } = making;
  const answer = await graph.call<{ id?: unknown }>({
    ...{ method: 'POST', path: `/${content.row.accountMetaId}/media`, token, signal, useCase: 'instagram' },
    params: await containerParams(making, file),
    timeoutMs: 60_000,
  });
  if (!answer.ok) return answer.failure;
  // Without an id nobody knows what was made.
  return metaId(answer.data.id) ?? noAnswer();
}

type Read =
  | { is: 'read'; status: string; subcode: number | undefined }
  | { is: 'unseen'; failure: GraphFailure }
  | { is: 'failed'; failure: GraphFailure };

async function statusOf(
  { graph, token, signal }: Pick<Making, 'graph' | 'token' | 'signal'>,
  id: string,
): Promise<Read> {
  const fields = ['status_code', 'status'];
  const call = { method: 'GET', path: `/${id}`, token, fields, signal, useCase: 'instagram' } as const;
  const answer = await graph.call<{ status_code?: unknown; status?: unknown }>(call);
  if (!answer.ok) return { is: isUnknown(answer.failure) ? 'unseen' : 'failed', failure: answer.failure };
  const { status_code: status, status: detail } = answer.data;
  return { is: 'read', status: String(status), subcode: subcodeIn(detail) };
}

/** 24/2207006 and 2207008 say the same of containers as 100/33 does of other objects. (Error codes of Instagram, read 2026-09-11.) */
const isUnknown = (failure: GraphFailure) =>
  isGone(failure) || (failure.code === 24 && (failure.subcode === 2207006 || failure.subcode === 2207008));

/** `status` is documented as the subcode of the error, and seen as a sentence that holds it. */
function subcodeIn(detail: unknown): number | undefined {
  const found = /\b2207\d{3}\b/.exec(String(detail))?.[0];
  return found === undefined ? undefined : Number(found);
}

function meaningFailure(subcode: number | undefined): GraphFailure {
  const { words, reaction } = meaningOfInstagram(subcode);
  return { kind: 'refused', reaction, commit: 'refused', words, ...(subcode === undefined ? {} : { subcode }) };
}

function failed(making: Making, subcode: number | undefined): Made {
  const failure = meaningFailure(subcode);
  return failure.reaction === 'permanent' ? { is: 'failed', failure } : anew(making, failure);
}

function anew({ triesBefore }: Making, failure: GraphFailure): Made {
  if (triesBefore + 1 < triesAtMost) return { is: 'begin-anew', failure };
  const words =
    'Instagram could not process the media, though it was tried several times. Check the file, or give another one.';
  return { is: 'failed', failure: { ...failure, reaction: 'permanent', words } };
}
