import { appendFileSync, existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { World } from '../world.ts';

/** What of an upload has arrived so far; it outlives the process, as the id that it belongs to does. */
export const partOf = ({ mediaDirectory }: World, id: string) => join(mediaDirectory, `${id}.partial`);

export function receivedBytes(world: World, id: string): number {
  const path = partOf(world, id);
  return existsSync(path) ? statSync(path).size : 0;
}

/** At one stroke, so that of two equal pieces that come together one is too late. */
export function appendPart(world: World, id: string, path: string): void {
  appendFileSync(partOf(world, id), readFileSync(path));
}
