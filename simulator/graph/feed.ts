import { badParameter, GraphError } from '../errors.ts';
import type { Page } from '../state/accounts.ts';
import { attachPhotos } from '../state/photos.ts';
import { createPost, livePostsOf, type Post, postsOf, recallPostsOf } from '../state/posts.ts';
import { attachedPhotos } from './attached-media.ts';
import type { Call } from './call.ts';
import { askedFields, pick } from './fields.ts';
import { createdTime, postNode } from './nodes/post.ts';
import { listed } from './paging.ts';
import { needPageToken, needToPost, needToRead } from './rights.ts';
import { timeParameter } from './time-parameter.ts';
import { isSeen, isSeenPublished } from './visibility.ts';

const LONGEST_MESSAGE = 63_206;

/** `POST /{page}/feed`: a post, or with `published=false` a draft that nobody sees. */
export function createFeedPost(call: Call, page: Page): unknown {
  needToPost(call, page.id);
  const { params, world, nowMs } = call;
  if (params.has('scheduled_publish_time')) throw badParameter('The simulator does not keep scheduled posts');
  const message = params.text('message') || null;
  const link = linkOf(params.text('link'));
  const photos = attachedPhotos(call, page.id);
  const published = params.boolean('published') ?? true;
  if (!message && !link && !photos.length) throw badParameter('You must provide a message, a link or attached media');
  checkMessage(message);
  if (published && !photos.length) refuseDuplicate(call, page.id, message, link);
  const fields = params.has('fields') ? askedFields(call, postNode.unasked) : [];
  const post = world.db.transaction(() => {
    const made = createPost(world.db, { pageId: page.id, message, link, published, nowMs });
    attachPhotos(world.db, made.id, photos);
    return made;
  });
  return { ...pick(call, postNode, post, fields), post_supports_client_mutation_id: true };
}

/** `GET /{page}/feed`: drafts too, as at Meta; by when they were made. */
export function feed(call: Call, page: Page): unknown {
  needPageToken(call, page.id, ['ANALYZE', 'MODERATE', 'CREATE_CONTENT', 'MANAGE']);
  needToRead(call, ['pages_read_engagement', 'pages_read_user_content'], page.id);
  return listPosts(call, `${page.id}/feed`, postsOf(call.world.db, page.id));
}

/** `GET /{page}/published_posts`: what is live, the newest first. */
export function publishedPosts(call: Call, page: Page): unknown {
  needToRead(call, ['pages_read_engagement'], page.id);
  const live = recallPostsOf(call.world.db, page.id).filter((post) => isSeenPublished(post, call));
  return listPosts(call, `${page.id}/published_posts`, live);
}

export function checkMessage(message: string | null): void {
  if (message && message.length > LONGEST_MESSAGE)
    throw badParameter('The status you are trying to publish is too long');
}

function listPosts(call: Call, path: string, posts: readonly Post[]): unknown {
  const fields = askedFields(call, postNode.unasked);
  const [since, until] = [timeParameter(call, 'since'), timeParameter(call, 'until')];
  const items = posts
    .filter((post) => isSeen(post, call))
    .filter(
      (post) => createdTime(post, call) >= since && createdTime(post, call) <= (until || Number.POSITIVE_INFINITY),
    );
  return listed(call, { items, path, idOf: ({ id }) => id, show: (post) => pick(call, postNode, post, fields) });
}

function linkOf(text: string | undefined): string | null {
  if (!text) return null;
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new GraphError(1_609_005, 'The link could not be scraped', {
    userTitle: 'Link Error',
    userMessage: 'Check the link.',
  });
}

/** Meta refuses the same words twice in a row. */
export function refuseDuplicate({ world }: Call, pageId: string, message: string | null, link: string | null): void {
  const last = livePostsOf(world.db, pageId, 1)[0];
  if (!last || last.message !== message || last.link !== link) return;
  throw new GraphError(506, '(#506) Duplicate status message', {
    subcode: 1_455_006,
    userTitle: 'Duplicate Status Update',
    userMessage:
      'This status update is identical to the last one you posted. Try posting something different, or delete your previous update.',
  });
}
