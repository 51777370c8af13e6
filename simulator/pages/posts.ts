import { permalink } from '../graph/nodes/post.ts';
import type { Page } from '../state/accounts.ts';
import { type Photo, photosOfPost } from '../state/photos.ts';
import type { Post } from '../state/posts.ts';
import { findVideo } from '../state/videos.ts';
import type { World } from '../world.ts';
import { commentsView, film } from './contents.ts';
import { type Html, html } from './html.ts';
import { moment } from './moment.ts';

/** One post as visitors see it. */
export function postView(world: World, page: Page, post: Post): Html {
  const photos = photosOfPost(world.db, post.id, world.clock.nowMs());
  const video = post.video_id === null ? undefined : findVideo(world.db, post.video_id);
  return html`<article class="card" id="${post.id}">
<div class="who"><img src="/pages/${page.id}/picture.svg" alt=""><div><a class="name" href="/pages/${page.id}">${page.name}</a>
<div class="faint"><a href="${permalink('', post)}">${moment(post.published_at ?? post.created_at)}</a></div></div></div>
${post.message ? html`<p class="words">${post.message}</p>` : undefined}
${post.link ? html`<a class="link" href="${post.link}" rel="noreferrer">${post.link}</a>` : undefined}
${photos.length ? photosView(photos) : undefined}
${video?.sha256 ? html`<div class="film">${film(video.sha256)}</div>` : undefined}
${commentsView(world, post.id, page.name)}
</article>`;
}

/** One story of a Page, as the row of stories has it. */
export function storyOf(world: World, story: Post) {
  const video = story.video_id === null ? undefined : findVideo(world.db, story.video_id);
  const photo = html`<img src="/photos/${story.photo_id ?? ''}/image" alt="" loading="lazy">`;
  return {
    address: permalink('', story),
    content: video?.sha256 ? film(video.sha256) : photo,
    publishedAt: story.published_at ?? story.created_at,
  };
}

function photosView(photos: readonly Photo[]): Html {
  const shape = photos.length === 1 ? ' one' : photos.length % 2 ? ' odd' : '';
  return html`<div class="photos${shape}">${photos.map(
    ({ id, alt_text, caption }) =>
      html`<a id="photo-${id}" href="/photos/${id}/image"><img src="/photos/${id}/image" alt="${alt_text ?? caption ?? 'May be an image'}" loading="lazy"></a>`,
  )}</div>`;
}
