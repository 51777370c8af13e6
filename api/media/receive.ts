import type { IncomingMessage } from 'node:http';
import type { Incoming } from '../../db/media/store.ts';
import type { MediaFacts } from '../../meta/kinds.ts';
import { discard } from '../http/discard.ts';
import { incomingParts } from '../http/incoming-parts.ts';
import { type Refusal, refuse } from '../http/problem.ts';
import type { Parts } from '../parts.ts';
import { recognise } from './recognise.ts';
import { Turns } from './turns.ts';

/** A file that has come in whole and is of a known kind. */
export interface Received extends Pick<Incoming, 'sha256' | 'keep' | 'discard'> {
  facts: MediaFacts;
}

type Reception = { ok: true; file: Received } | { ok: false; refusal: Refusal };

const UPLOADS_AT_ONCE = 16;
const turns = new Turns({ uploadsAtOnce: UPLOADS_AT_ONCE, readAtOnce: 2 });

/**
 * Takes an uploaded file in as it streams: counted, hashed, written down once, and recognised by its bytes. Whatever is refused or broken off
 * leaves nothing behind.
 */
export async function receive(parts: Parts, tenant: string, request: IncomingMessage): Promise<Reception> {
  const maxBytes = parts.settings.MEDIA_MAX_BYTES;
  const unfit = unacceptable(request, maxBytes);
  const reception = unfit
    ? { ok: false as const, refusal: unfit }
    : ((await turns.upload(tenant, (read) => takeIn(parts, request, read))) ?? { ok: false, refusal: tooMany });
  if (!reception.ok) await discard(request);
  return reception;
}

async function takeIn(
  { media, settings: { MEDIA_MAX_BYTES: maxBytes } }: Parts,
  request: IncomingMessage,
  read: <R>(reading: () => Promise<R>) => Promise<R>,
): Promise<Reception> {
  const incoming = await media.receive(atMost(request, maxBytes)).catch(unlessTooLarge);
  if (!incoming) return { ok: false, refusal: tooLarge(maxBytes) };
  try {
    const recognised = await read(() => recognise(incoming.path, incoming.bytes));
    if (recognised.ok) return { ok: true, file: { ...incoming, facts: recognised.facts } };
    await incoming.discard();
    const problem = recognised.problem === 'too-large' ? 'too-large' : 'unsupported-media-type';
    return { ok: false, refusal: refuse(problem, recognised.words) };
  } catch (cause) {
    await incoming.discard();
    throw cause;
  }
}

function unacceptable({ headers }: IncomingMessage, maxBytes: number): Refusal | undefined {
  if (headers['content-type']?.startsWith('multipart/'))
    return refuse('unsupported-media-type', 'Send the bytes of the file themselves as the body, not a form.');
  if (headers['content-encoding'] && headers['content-encoding'] !== 'identity')
    return refuse('unsupported-media-type', 'Send the file as it is, without a Content-Encoding.');
  return Number(headers['content-length'] ?? 0) > maxBytes ? tooLarge(maxBytes) : undefined;
}

class TooLarge extends Error {}

async function* atMost(request: IncomingMessage, maxBytes: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const part of incomingParts(request)) {
    bytes += part.length;
    if (bytes > maxBytes) throw new TooLarge();
    yield part;
  }
}

function unlessTooLarge(error: unknown): undefined {
  if (!(error instanceof TooLarge)) throw error;
}

const tooLarge = (maxBytes: number) =>
  refuse(
    'too-large',
    `A file may have ${maxBytes} bytes at most. Make it smaller, and upload it again; nothing was kept.`,
  );

const tooMany = refuse(
  'too-many-attempts',
  `${UPLOADS_AT_ONCE} files of this tenant are coming in already. Send this one when one of them is done.`,
  { headers: { 'retry-after': '5' } },
);
