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
export interface Received extends Pick<Incoming, 'sha256' | 'keep'> {
  facts: MediaFacts;
  /** It has been put into the store. */
  kept: boolean;
}

const UPLOADS_AT_ONCE = 16;
const turns = new Turns({ uploadsAtOnce: UPLOADS_AT_ONCE, readAtOnce: 2 });

type Reading = <R>(reading: () => Promise<R>) => Promise<R>;

/**
 * Takes an uploaded file in as it streams: counted, hashed, written down once, and recognised by its bytes. What is refused, broken off or not
 * kept by `use` leaves nothing behind. It has its turn until `use` has ended: while it is kept, parts of it are in memory.
 */
export async function receive<T extends object>(
  parts: Parts,
  tenant: string,
  request: IncomingMessage,
  use: (file: Received) => Promise<T>,
): Promise<T | Refusal> {
  try {
    return (
      unacceptable(request, parts.settings.MEDIA_MAX_BYTES) ??
      (await turns.upload(tenant, (read) => takeIn(parts, request, read, use))) ??
      tooMany
    );
  } finally {
    // Where it was refused, or something broke, before it was all there.
    await discard(request);
  }
}

async function takeIn<T>(
  { media, settings: { MEDIA_MAX_BYTES: maxBytes } }: Parts,
  request: IncomingMessage,
  read: Reading,
  use: (file: Received) => Promise<T>,
): Promise<T | Refusal> {
  const incoming = await media.receive(atMost(request, maxBytes)).catch(unlessTooLarge);
  if (!incoming) return tooLarge(maxBytes);
  try {
    const recognised = await read(() => recognise(incoming.path, incoming.bytes));
    if (recognised.ok) return await use(received(incoming, recognised.facts));
    const problem = recognised.problem === 'too-large' ? 'too-large' : 'unsupported-media-type';
    return refuse(problem, recognised.words);
  } finally {
    await incoming.discard();
  }
}

function received(incoming: Incoming, facts: MediaFacts): Received {
  const file: Received = {
    sha256: incoming.sha256,
    facts,
    kept: false,
    keep: async (tenant) => {
      await incoming.keep(tenant);
      file.kept = true;
    },
  };
  return file;
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
