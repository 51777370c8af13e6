import { open } from 'node:fs/promises';
import type { Context } from 'koa';
import { keep } from '../bytes/keep.ts';
import type { Mishap } from '../graph/call.ts';
import type { World } from '../world.ts';
import { partOf, receivedBytes } from './parts.ts';
import { takeOver } from './take-over.ts';
import type { Upload } from './uploads.ts';

type ProblemType = 'OffsetInvalidError' | 'PartialRequestError' | 'ProcessingFailedError';

/** A refusal in the envelope that rupload has for itself. */
export class UploadProblem extends Error {
  readonly type: ProblemType;
  readonly retriable: boolean;
  readonly status = 400;

  constructor(type: ProblemType, message: string, retriable: boolean) {
    super(message);
    this.type = type;
    this.retriable = retriable;
  }
}

/** Takes bytes from the offset on; those that arrived stay, whatever becomes of the connection. */
export async function receive(
  world: World,
  ctx: Context,
  find: () => Upload,
  mishap: Mishap | undefined,
  breakOffAfter: number | 'half' | undefined,
): Promise<unknown> {
  const finished = await takeOver(find().id, () => ctx.req.destroy());
  try {
    const upload = find();
    if (upload.uploadedBytes !== undefined) return uploaded;
    const { offset, size } = place(ctx, receivedBytes(world, upload.id), upload.largestBytes);
    upload.noteSize(size);
    const wanted = breakOffAfter === 'half' ? Math.floor((size - offset) / 2) : (breakOffAfter ?? size - offset);
    const arrived = await store(world, ctx, upload.id, Math.min(wanted, size - offset));
    if (breakOffAfter !== undefined) return undefined;
    if (offset + arrived < size)
      throw new UploadProblem('PartialRequestError', 'Partial request (did not match length of file)', true);
    upload.complete(await keep(world, partOf(world, upload.id)), mishap);
    return uploaded;
  } finally {
    finished();
  }
}

const uploaded = { success: true, message: 'Upload successful.' };

function place(ctx: Context, received: number, largestBytes: number): { offset: number; size: number } {
  const number = (header: string) => (/^\d+$/.test(ctx.get(header)) ? Number(ctx.get(header)) : undefined);
  const [offset, size] = [number('offset') ?? number('file_offset'), number('file_size')];
  if (offset === undefined || size === undefined)
    throw new UploadProblem('ProcessingFailedError', 'The headers offset and file_size are required', false);
  if (size < 1 || size > largestBytes) throw new UploadProblem('ProcessingFailedError', 'The file is too large', false);
  if (offset !== received)
    throw new UploadProblem('OffsetInvalidError', `The offset ${offset} is not the one expected: ${received}`, true);
  return { offset, size };
}

/** Appends at most so many bytes; how many came. */
async function store(world: World, ctx: Context, id: string, most: number): Promise<number> {
  const file = await open(partOf(world, id), 'a');
  let arrived = 0;
  try {
    // Not to be ended with the loop: who hangs up then needs its connection.
    for await (const chunk of ctx.req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      const part = chunk.subarray(0, most - arrived);
      await file.write(part);
      arrived += part.length;
      if (arrived === most) break;
    }
  } catch {
    // Whoever sent it is gone; what came of it counts.
  } finally {
    await file.close();
  }
  return arrived;
}
