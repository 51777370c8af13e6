import { type Html, html } from './html.ts';

/** To the millisecond: whether something was on time is what one comes here to see. */
export function moment(ms: number): Html {
  const iso = new Date(ms).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 23)} UTC</time>`;
}
