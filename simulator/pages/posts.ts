import { permalink } from '../graph/nodes/post.ts';
import type { Page } from '../state/accounts.ts';
import { type Photo, photosOfPost } from '../state/photos.ts';
import type { Post } from '../state/posts.ts';
import type { World } from '../world.ts';
import { type Html, html } from './html.ts';

/** One post as visitors see it. */
export function postView(world: World, page: Page, post: Post): Html {
  const photos = photosOfPost(world.db, post.id, world.clock.nowMs());
  return html`<article class="card" id="${post.id}">
<div class="who"><img src="/pages/${page.id}/picture.svg" alt=""><div><a class="name" href="/pages/${page.id}">${page.name}</a>
<div class="faint"><a href="${permalink('', post)}">${moment(post.published_at ?? post.created_at)}</a></div></div></div>
${post.message ? html`<p class="words">${post.message}</p>` : undefined}
${post.link ? html`<a class="link" href="${post.link}" rel="noreferrer">${post.link}</a>` : undefined}
${photos.length ? photosView(photos) : undefined}
</article>`;
}

function photosView(photos: readonly Photo[]): Html {
  const shape = photos.length === 1 ? ' one' : photos.length % 2 ? ' odd' : '';
  return html`<div class="photos${shape}">${photos.map(
    ({ id, alt_text, caption }) =>
      html`<a id="photo-${id}" href="/photos/${id}/image"><img src="/photos/${id}/image" alt="${alt_text ?? caption ?? 'May be an image'}" loading="lazy"></a>`,
  )}</div>`;
}

/** To the millisecond: whether a post was on time is what one comes here to see. */
function moment(ms: number): Html {
  const iso = new Date(ms).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 23)} UTC</time>`;
}
