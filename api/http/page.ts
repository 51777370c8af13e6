import { createHash } from 'node:crypto';
import { type Extras, raw } from './answer.ts';

const style = `
:root{color-scheme:light dark;--line:color-mix(in srgb,currentColor 18%,transparent)}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1.5rem}
h1{font-size:1.6rem}h2{margin-top:2.5rem;border-bottom:1px solid var(--line)}
code,pre{font:14px/1.45 ui-monospace,monospace;overflow-wrap:anywhere}pre{overflow-x:auto;padding:.7rem;border:1px solid var(--line);border-radius:6px}
details{border:1px solid var(--line);border-radius:6px;margin:.5rem 0;padding:.4rem .8rem}summary{cursor:pointer}
summary b{display:inline-block;min-width:4.5rem}table{border-collapse:collapse;width:100%}
td,th{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;border-top:1px solid var(--line)}
.quiet{opacity:.7}`;

const styleHash = createHash('sha256').update(style).digest('base64');
/** A page may use its own style and nothing else: no script, no image, no request to anybody. */
const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

export const escapeHtml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

interface PageParts {
  title: string;
  /** HTML; whatever came from outside must have been escaped. */
  body: string;
  refreshSeconds?: number;
}

function html({ title, body, refreshSeconds }: PageParts): string {
  const refresh = refreshSeconds ? `<meta http-equiv="refresh" content="${refreshSeconds}">` : '';
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">${refresh}<style>${style}</style></head><body>${body}</body></html>`;
}

export const showPage = <const S extends number>(status: S, parts: PageParts, extras: Extras = {}) =>
  raw(status, html(parts), {
    ...extras,
    headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy, ...extras.headers },
  });
