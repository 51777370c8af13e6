import { createReadStream, createWriteStream, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { World } from '../world.ts';

/** What of an upload has arrived so far; it outlives the process, as the id that it belongs to does. */
export const partOf = ({ mediaDirectory }: World, id: string) => join(mediaDirectory, `${id}.partial`);

export function receivedBytes(world: World, id: string): number {
  const path = partOf(world, id);
  return existsSync(path) ? statSync(path).size : 0;
}

export async function appendPart(world: World, id: string, path: string): Promise<void> {
  await pipeline(createReadStream(path), createWriteStream(partOf(world, id), { flags: 'a' }));
}
