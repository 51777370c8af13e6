import type { IncomingMessage } from 'node:http';
import { badParameter, GraphError } from '../errors.ts';
import type { Params } from './params.ts';

const LARGEST_BODY_BYTES = 1_000_000;

/** The body as text; a longer one is read to its end all the same, so that the answer arrives. */
export async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= LARGEST_BODY_BYTES) chunks.push(chunk);
  }
  if (bytes > LARGEST_BODY_BYTES)
    throw new GraphError(1, "Please reduce the amount of data you're asking for, then retry your request");
  return Buffer.concat(chunks).toString('utf8');
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
