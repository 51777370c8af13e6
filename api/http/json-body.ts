import type { IncomingMessage } from 'node:http';
import { discard } from './discard.ts';
import { incomingParts } from './incoming-parts.ts';
import { type Refusal, refuse } from './problem.ts';

const JSON_BODY_MAX_BYTES = 256 * 1024;
/** The server's own limit is for films. */
const JSON_BODY_WITHIN_MS = 60_000;

type Read = { ok: true; bytes: Buffer; value: unknown } | { ok: false; refusal: Refusal };

/** Whether there may be anything to read: what comes in chunks may turn out to be nothing. */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/**
 * Reads a JSON body within its limit.
 * @param mayBeNothing no bytes are as good as `{}`, whatever they are called
 */
export async function readJson(request: IncomingMessage, { mayBeNothing }: { mayBeNothing: boolean }): Promise<Read> {
  const refusal = unacceptable(request);
  const bytes = refusal && !mayBeNothing ? undefined : await readBytes(request);
  if (mayBeNothing && bytes?.length === 0) return { ok: true, bytes, value: {} };
  if (bytes && !refusal) return parse(bytes);
  await discard(request);
  return { ok: false, refusal: refusal ?? tooLarge() };
}

/** @returns undefined as soon as there are more than allowed */
async function readBytes(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incomingParts(request, JSON_BODY_WITHIN_MS)) {
    bytes += chunk.length;
    if (bytes > JSON_BODY_MAX_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const tooLarge = () => refuse('too-large', `The body may have ${JSON_BODY_MAX_BYTES} bytes at most.`);

function unacceptable(request: IncomingMessage): Refusal | undefined {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json' && !type?.endsWith('+json'))
    return refuse('unsupported-media-type', 'Send the body as JSON, with Content-Type: application/json.');
  const encoding = request.headers['content-encoding'];
  if (encoding && encoding !== 'identity')
    return refuse('unsupported-media-type', 'Send the body as it is, without a Content-Encoding.');
  return undefined;
}

function parse(bytes: Buffer): Read {
  if (!bytes.length)
    return { ok: false, refusal: refuse('broken-json', 'The body is empty; a JSON object is expected.') };
  try {
    return { ok: true, bytes, value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) };
  } catch {
    // The parser's own message quotes the body, so ours does not repeat it.
    return {
      ok: false,
      refusal: refuse('broken-json', 'The body is not valid JSON in UTF-8. Check quotes, commas and brackets.'),
    };
  }
}
