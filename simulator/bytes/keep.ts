import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type File, findFile, noteFile } from '../state/files.ts';
import type { World } from '../world.ts';
import { examine } from './examine.ts';

export const pathOf = ({ mediaDirectory }: World, sha256: string) => join(mediaDirectory, sha256);

/** Takes a complete content over from where it was written to; the same content is kept once. */
export async function keep(world: World, path: string, known?: string): Promise<File> {
  const [sha256, { size }] = [known ?? (await hashOf(path)), await stat(path)];
  const stored = findFile(world.db, sha256);
  if (stored) {
    await rm(path, { force: true });
    return stored;
  }
  const file = await examine(path, { sha256, bytes: size });
  await rename(path, pathOf(world, sha256));
  noteFile(world.db, file);
  return file;
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
