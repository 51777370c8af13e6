import { type Html, html } from './html.ts';
import { moment } from './moment.ts';

interface Story {
  address: string;
  content: Html;
  publishedAt: number;
}

/** Stories side by side, the newest first; nothing when there is none. */
export function storiesView(stories: readonly Story[]): Html | undefined {
  if (!stories.length) return undefined;
  return html`<section class="card"><h2>Stories</h2><div class="stories">${stories.map(
    ({ address, content, publishedAt }) =>
      html`<figure>${content}<figcaption class="faint"><a href="${address}">${moment(publishedAt)}</a></figcaption></figure>`,
  )}</div></section>`;
}
