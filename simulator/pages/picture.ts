import { createHash } from 'node:crypto';
import type { Context } from 'koa';
import { escaped } from './html.ts';

/** A round initial on a colour of its own, in place of a profile picture. */
function picture(name: string, id: string): string {
  const hue = createHash('sha256').update(id).digest().readUInt16BE(0) % 360;
  const initial = escaped([...name][0]?.toUpperCase() ?? '?');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="200" height="200"><rect width="100" height="100" fill="hsl(${hue} 45% 42%)"/><text x="50" y="68" font-family="system-ui, sans-serif" font-size="52" text-anchor="middle" fill="#fff">${initial}</text></svg>`;
}

export function showPicture(ctx: Context, name: string, id: string): void {
  ctx.type = 'image/svg+xml';
  ctx.set('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'");
  ctx.body = picture(name, id);
}
