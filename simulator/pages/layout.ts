import { createHash } from 'node:crypto';
import type { Context } from 'koa';
import { Html, html } from './html.ts';
import { style } from './style.ts';

/** Fetches the page again every second and swaps what has changed, so that a reader keeps their place. */
const refresh = `
const refresh = async () => {
  try {
    const answer = await fetch(location.href, { cache: 'no-store' });
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('main');
    const shown = document.querySelector('main');
    if (fresh && fresh.innerHTML !== shown.innerHTML) shown.replaceWith(fresh);
    document.body.classList.remove('away');
  } catch {
    document.body.classList.add('away');
  }
  setTimeout(refresh, 1000);
};
setTimeout(refresh, 1000);
`;

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const policy = `default-src 'none'; img-src 'self'; media-src 'self'; connect-src 'self'; style-src ${hashOf(style)}; script-src ${hashOf(refresh)}; base-uri 'none'; frame-ancestors 'none'`;

/** Sends a page that needs nothing from elsewhere. */
export function show(ctx: Context, title: string, main: Html, options: { status?: number; live?: boolean } = {}): void {
  ctx.status = options.status ?? 200;
  ctx.type = 'html';
  ctx.set('content-security-policy', policy);
  ctx.set('x-content-type-options', 'nosniff');
  ctx.set('cache-control', 'no-store');
  ctx.body = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
<header><a href="/">Graph simulator</a><span>not Meta: a stand-in on this machine</span></header>
<p class="gone" role="status">The simulator does not answer. This page goes on by itself when it is back.</p>
<main>${main}</main>
${options.live ? html`<script>${new Html(refresh)}</script>` : undefined}
</body>
</html>
`.text;
}

/** What is not there, deleted, or not published. */
export function missing(ctx: Context): undefined {
  const words = html`<div class="card empty">This content isn't available right now.</div>`;
  show(ctx, 'Not available', words, { status: 404 });
}
