import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import type Router from '@koa/router';
import type { Context } from 'koa';
import { allPages, allPeople, findPage, instagramOfPage, type Page, rolesOf } from '../state/accounts.ts';
import { countMedia, findMediaByShortcode } from '../state/media.ts';
import { findPhoto } from '../state/photos.ts';
import { countLivePosts, findPost, livePostsOf, type Post, postsOfVideo, storiesOf } from '../state/posts.ts';
import type { World } from '../world.ts';
import { showFile } from './files.ts';
import { type Html, html } from './html.ts';
import { findInstagramStory, routeInstagramPages, showMedia } from './instagram.ts';
import { missing, show } from './layout.ts';
import { showPicture } from './picture.ts';
import { postView, storyOf } from './posts.ts';
import { storiesView } from './stories.ts';

const MOST_POSTS = 50;

/** What a person can look at in a browser. */
export function routePages(router: Router, world: World): void {
  router.get('/favicon.ico', (ctx) => {
    ctx.status = 204;
  });
  router.get('/pages/:id/picture.svg', (ctx) => {
    const page = findPage(world.db, ctx.params.id ?? '');
    return page ? showPicture(ctx, page.name, page.id) : missing(ctx);
  });
  router.get('/pages/:id', (ctx) => showPage(world, ctx, ctx.params.id ?? ''));
  router.get('/:page/posts/:post', (ctx) => {
    const page = ctx.params.page ?? '';
    return showPost(world, ctx, page, findPost(world.db, `${page}_${ctx.params.post}`));
  });
  router.get('/photos/:id/image', (ctx) => showImage(world, ctx, ctx.params.id ?? ''));
  router.get('/files/:sha256', (ctx) => showFile(world, ctx, ctx.params.sha256 ?? ''));
  router.get('/reel/:id', (ctx) => showReel(world, ctx, ctx.params.id ?? ''));
  router.get('/stories/:owner/:id', (ctx) => showStory(world, ctx, ctx.params.id ?? ''));
  routeInstagramPages(router, world);
}

/** `/`: who and what there is. */
export function showIndex(world: World, ctx: Context): void {
  const people = allPeople(world.db).map(({ id, name }) => {
    const pages = rolesOf(world.db, id).map(({ page }) => page.name);
    return html`<li><strong>${name}</strong> <span class="faint">${id}</span><br>manages ${pages.join(', ') || 'no Page'}</li>`;
  });
  const pages = allPages(world.db).map((page) => {
    const live = countLivePosts(world.db, page.id);
    const instagram = instagramOfPage(world.db, page.id);
    return html`<li class="who">${avatar(page)}<div><a class="name" href="/pages/${page.id}">${page.name}</a><div class="faint">${page.category} · ${counted(live, 'live post')}${instagram && html` · <a href="/instagram/${instagram.id}">@${instagram.username}, ${countMedia(world.db, instagram.id)} media</a>`}</div></div></li>`;
  });
  const main = html`<h1>Simulated Facebook and Instagram</h1>
<p class="faint">App ${world.app.name} (${world.app.id}). Nothing here reaches Meta.</p>
<h2>Pages</h2><ul class="card list">${pages}</ul>
<h2>People</h2><ul class="card list">${people}</ul>`;
  show(ctx, 'Graph simulator', main, { live: true });
}

function showPage(world: World, ctx: Context, id: string) {
  const page = findPage(world.db, id);
  if (!page) return missing(ctx);
  const posts = livePostsOf(world.db, id, MOST_POSTS);
  const older = countLivePosts(world.db, id) - posts.length;
  const instagram = instagramOfPage(world.db, id);
  const stories = storiesOf(world.db, id, world.clock.nowMs()).map((story) => storyOf(world, story));
  const main = html`<section class="card"><div class="who large">${avatar(page)}<div><h1>${page.name}</h1>
<div class="faint">${page.category} · ${counted(page.followers, 'follower')}${instagram && html` · <a href="/instagram/${instagram.id}">Instagram @${instagram.username}</a>`}</div></div></div>
${page.about ? html`<p class="words">${page.about}</p>` : undefined}</section>
${storiesView(stories)}
${posts.length ? posts.map((post) => postView(world, page, post)) : html`<div class="card empty">Nothing is published yet. What appears here appears by itself.</div>`}
${older ? html`<p class="faint">${counted(older, 'older post')} not shown.</p>` : undefined}`;
  show(ctx, page.name, main, { live: true });
}

function showPost(world: World, ctx: Context, pageId: string, post: Post | undefined) {
  const page = findPage(world.db, pageId);
  if (!page || !post?.is_published) return missing(ctx);
  show(ctx, page.name, postView(world, page, post), { live: true });
}

/** Facebook's by the id of the video, Instagram's by its shortcode. */
function showReel(world: World, ctx: Context, id: string) {
  const post = postsOfVideo(world.db, id).find(({ is_published }) => is_published);
  if (post) return showPost(world, ctx, post.page_id, post);
  return showMedia(world, ctx, findMediaByShortcode(world.db, id));
}

function showStory(world: World, ctx: Context, id: string) {
  const post = findPost(world.db, id);
  if (post?.kind !== 'story') return showMedia(world, ctx, findInstagramStory(world, id));
  return post.is_published
    ? show(ctx, 'Story', storiesView([storyOf(world, post)]) ?? html``, { live: true })
    : missing(ctx);
}

function showImage(world: World, ctx: Context, id: string) {
  const photo = findPhoto(world.db, id, world.clock.nowMs());
  const file = join(world.photoDirectory, photo?.id ?? 'none');
  if (!photo || !existsSync(file)) return missing(ctx);
  ctx.type = photo.type;
  ctx.length = photo.bytes;
  ctx.set('x-content-type-options', 'nosniff');
  ctx.body = createReadStream(file);
}

const avatar = ({ id }: Page): Html => html`<img src="/pages/${id}/picture.svg" alt="">`;

const counted = (count: number, noun: string) => `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
