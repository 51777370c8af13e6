import type { IncomingMessage } from 'node:http';
import { badParameter, GraphError } from '../errors.ts';
import type { Params } from './params.ts';

const LARGEST_BODY_BYTES = 1_000_000;

/** The body as text; a longer one is read to its end all the same, so that the answer arrives. */
export function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= LARGEST_BODY_BYTES) chunks.push(chunk);
    });
    request.once('error', reject).once('end', () => {
      if (bytes <= LARGEST_BODY_BYTES) resolve(Buffer.concat(chunks).toString('utf8'));
      else reject(new GraphError(1, "Please reduce the amount of data you're asking for, then retry your request"));
    });
  });
}

/** Adds a form or a JSON object to the parameters. The last of several equal names wins, as in PHP. */
export function addBody(params: Params, contentType: string, text: string): void {
  if (contentType.startsWith('application/json')) addJson(params, text);
  else for (const [name, value] of new URLSearchParams(text)) params.set(name, value);
}

function addJson(params: Params, text: string): void {
  if (!text.trim()) return;
  const body = parse(text);
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw badParameter('The JSON body must be an object');
  for (const [name, value] of Object.entries(body)) params.set(name, value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badParameter('The request body is not valid JSON');
  }
}
