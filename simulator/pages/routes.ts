import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import type Router from '@koa/router';
import type { Context } from 'koa';
import { allPages, allPeople, findPage, instagramOfPage, type Page, rolesOf } from '../state/accounts.ts';
import { findPhoto } from '../state/photos.ts';
import { countLivePosts, findPost, livePostsOf } from '../state/posts.ts';
import type { World } from '../world.ts';
import { type Html, html } from './html.ts';
import { show } from './layout.ts';
import { picture } from './picture.ts';
import { postView } from './posts.ts';

const MOST_POSTS = 50;

/** What a person can look at in a browser. */
export function routePages(router: Router, world: World): void {
  router.get('/favicon.ico', (ctx) => {
    ctx.status = 204;
  });
  router.get('/pages/:id/picture.svg', (ctx) => showPicture(world, ctx, ctx.params.id ?? ''));
  router.get('/pages/:id', (ctx) => showPage(world, ctx, ctx.params.id ?? ''));
  router.get('/:page/posts/:post', (ctx) => showPost(world, ctx, ctx.params.page ?? '', ctx.params.post ?? ''));
  router.get('/photos/:id/image', (ctx) => showImage(world, ctx, ctx.params.id ?? ''));
}

/** `/`: who and what there is. */
export function showIndex(world: World, ctx: Context): void {
  const people = allPeople(world.db).map(({ id, name }) => {
    const pages = rolesOf(world.db, id).map(({ page }) => page.name);
    return html`<li><strong>${name}</strong> <span class="faint">${id}</span><br>manages ${pages.join(', ') || 'no Page'}</li>`;
  });
  const pages = allPages(world.db).map((page) => {
    const live = countLivePosts(world.db, page.id);
    return html`<li class="who">${avatar(page)}<div><a class="name" href="/pages/${page.id}">${page.name}</a><div class="faint">${page.category} · ${counted(live, 'live post')}</div></div></li>`;
  });
  const main = html`<h1>Simulated Facebook</h1>
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
  const main = html`<section class="card"><div class="who large">${avatar(page)}<div><h1>${page.name}</h1>
<div class="faint">${page.category} · ${counted(page.followers, 'follower')}${instagram && ` · Instagram @${instagram.username}`}</div></div></div>
${page.about ? html`<p class="words">${page.about}</p>` : undefined}</section>
${posts.length ? posts.map((post) => postView(world, page, post)) : html`<div class="card empty">Nothing is published yet. What appears here appears by itself.</div>`}
${older ? html`<p class="faint">${counted(older, 'older post')} not shown.</p>` : undefined}`;
  show(ctx, page.name, main, { live: true });
}

function showPost(world: World, ctx: Context, pageId: string, post: string) {
  const [page, found] = [findPage(world.db, pageId), findPost(world.db, `${pageId}_${post}`)];
  if (!page || !found?.is_published) return missing(ctx);
  show(ctx, page.name, postView(world, page, found), { live: true });
}

function showPicture(world: World, ctx: Context, id: string) {
  const page = findPage(world.db, id);
  if (!page) return missing(ctx);
  ctx.type = 'image/svg+xml';
  ctx.set('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'");
  ctx.body = picture(page.name, page.id);
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

function missing(ctx: Context): undefined {
  show(ctx, 'Not available', html`<div class="card empty">This content isn't available right now.</div>`, {
    status: 404,
  });
}

const avatar = ({ id }: Page): Html => html`<img src="/pages/${id}/picture.svg" alt="">`;

const counted = (count: number, noun: string) => `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
