import { fileAddress } from '../graph/nodes/media.ts';
import { type Comment, commentsOn } from '../state/comments.ts';
import type { World } from '../world.ts';
import { type Html, html } from './html.ts';

const address = (sha256: string) => fileAddress('', sha256);

/** A video that plays where it stands, with its cover until then. */
export const film = (sha256: string, coverSha256: string | null = null): Html =>
  coverSha256 === null
    ? html`<video controls preload="metadata" src="${address(sha256)}"></video>`
    : html`<video controls preload="none" poster="${address(coverSha256)}" src="${address(sha256)}"></video>`;

export const still = (sha256: string, altText: string | null): Html =>
  html`<a href="${address(sha256)}"><img src="${address(sha256)}" alt="${altText ?? 'May be an image'}" loading="lazy"></a>`;

/** What the Page or the account itself has said below. */
export function commentsView({ db }: World, objectId: string, name: string): Html | undefined {
  const comments = commentsOn(db, objectId);
  if (!comments.length) return undefined;
  return html`<ul class="comments">${comments.map((comment: Comment) => html`<li><strong>${name}</strong> ${comment.message}</li>`)}</ul>`;
}
