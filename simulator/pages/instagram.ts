import type Router from '@koa/router';
import type { Context } from 'koa';
import { mediaPermalink } from '../graph/nodes/media.ts';
import { findInstagram, type InstagramAccount } from '../state/accounts.ts';
import {
  countMedia,
  findMedia,
  findMediaByShortcode,
  instagramStoriesOf,
  itemsOf,
  type Media,
  mediaOf,
} from '../state/media.ts';
import type { World } from '../world.ts';
import { commentsView, film, still } from './contents.ts';
import { type Html, html } from './html.ts';
import { missing, show } from './layout.ts';
import { moment } from './moment.ts';
import { showPicture } from './picture.ts';
import { storiesView } from './stories.ts';

const MOST_MEDIA = 60;

/** What visitors of Instagram see. */
export function routeInstagramPages(router: Router, world: World): void {
  router.get('/instagram/:id/picture.svg', (ctx) => {
    const account = findInstagram(world.db, ctx.params.id ?? '');
    return account ? showPicture(ctx, account.username, account.id) : missing(ctx);
  });
  router.get('/instagram/:id', (ctx) => showAccount(world, ctx, ctx.params.id ?? ''));
  router.get('/p/:shortcode', (ctx) =>
    showMedia(world, ctx, findMediaByShortcode(world.db, ctx.params.shortcode ?? '')),
  );
}

function showAccount(world: World, ctx: Context, id: string) {
  const { db, clock } = world;
  const account = findInstagram(db, id);
  if (!account) return missing(ctx);
  const stories = instagramStoriesOf(db, id, clock.nowMs());
  const media = mediaOf(db, id, MOST_MEDIA);
  const older = countMedia(db, id) - media.length;
  const main = html`<section class="card"><div class="who large"><img src="/instagram/${id}/picture.svg" alt=""><div><h1>@${account.username}</h1>
<div class="faint">${account.name} · ${account.followers.toLocaleString('en')} followers · <a href="/pages/${account.page_id}">its Page</a></div></div></div>
${account.biography ? html`<p class="words">${account.biography}</p>` : undefined}</section>
${storiesView(stories.map((story) => storyOf(account, story)))}
${media.length ? html`<div class="tiles">${media.map((one) => tile(world, account, one))}</div>` : html`<div class="card empty">Nothing is published yet. What appears here appears by itself.</div>`}
${older ? html`<p class="faint">${older} older not shown.</p>` : undefined}`;
  show(ctx, `@${account.username}`, main, { live: true });
}

/** One media by itself; a reel and a story of Instagram come here too. */
export function showMedia(world: World, ctx: Context, media: Media | undefined) {
  const account = media && findInstagram(world.db, media.account_id);
  if (!media || !account) return missing(ctx);
  show(ctx, `@${account.username}`, html`<div class="alone">${tile(world, account, media)}</div>`, { live: true });
}

/** Stories are addressed by their id. */
export const findInstagramStory = ({ db }: World, id: string): Media | undefined => {
  const media = findMedia(db, id);
  return media?.product_type === 'STORY' ? media : undefined;
};

const storyOf = (account: InstagramAccount, story: Media) => ({
  address: mediaPermalink('', story, account.username),
  content: contentsOf(story),
  publishedAt: story.published_at,
});

function tile(world: World, account: InstagramAccount, media: Media): Html {
  const count = itemsOf(media).length;
  return html`<article class="card tile" id="${media.id}">${contentsOf(media)}
<div class="faint">${media.product_type === 'REELS' ? 'Reel · ' : undefined}${count > 1 ? `${count} items · ` : undefined}<a href="${mediaPermalink('', media, account.username)}">${moment(media.published_at)}</a></div>
${media.caption ? html`<p class="words">${media.caption}</p>` : undefined}
${commentsView(world, media.id, account.username)}</article>`;
}

/** Several are swiped through sideways, as at Instagram. */
function contentsOf(media: Media): Html {
  const parts = itemsOf(media).map(({ sha256, type, altText, coverSha256 }) => {
    if (sha256 === null) return html`<span class="faint">gone</span>`;
    return type === 'VIDEO' ? film(sha256, coverSha256) : still(sha256, altText);
  });
  if (!parts.length) return html`<div class="empty">Posted with a phone.</div>`;
  return html`<div class="swipe">${parts}</div>`;
}
