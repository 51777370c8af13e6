import { createReadStream, existsSync } from 'node:fs';
import type { Context } from 'koa';
import { pathOf } from '../bytes/keep.ts';
import { findFile } from '../state/files.ts';
import type { World } from '../world.ts';
import { missing } from './layout.ts';

/** A content, whole or the part that a player asks for. */
export function showFile(world: World, ctx: Context, sha256: string) {
  const file = findFile(world.db, sha256);
  if (!file || !existsSync(pathOf(world, sha256))) return missing(ctx);
  ctx.type = file.type;
  ctx.set('x-content-type-options', 'nosniff');
  ctx.set('accept-ranges', 'bytes');
  const part = partIn(ctx.get('range'), file.bytes);
  if (part) {
    ctx.status = 206;
    ctx.set('content-range', `bytes ${part.start}-${part.end}/${file.bytes}`);
  }
  const { start, end } = part ?? { start: 0, end: file.bytes - 1 };
  ctx.length = end - start + 1;
  ctx.body = createReadStream(pathOf(world, sha256), { start, end });
}

/** One range from its start on; whoever asks otherwise gets everything, which is allowed. */
function partIn(header: string, bytes: number): { start: number; end: number } | undefined {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(header) ?? [];
  if (from === undefined || Number(from) >= bytes) return undefined;
  return { start: Number(from), end: to ? Math.min(Number(to), bytes - 1) : bytes - 1 };
}
