import { findPage } from '../../state/accounts.ts';
import { metaTime } from '../../state/clock.ts';
import { type Photo, photosOfPost } from '../../state/photos.ts';
import type { Post } from '../../state/posts.ts';
import type { Call } from '../call.ts';
import { type FieldTable, narrowed } from '../fields.ts';
import { hasSettled, isSeenPublished } from '../visibility.ts';
import { imageAddress } from './photo.ts';

const table: FieldTable<Post> = {
  id: ({ id }) => id,
  message: ({ message, edited_at, earlier_message }, call) =>
    edited_at !== null && !hasSettled(edited_at, call) ? earlier_message : message,
  created_time: (post, call) => metaTime(createdTime(post, call)),
  updated_time: (post, call) => metaTime(createdTime(post, call)),
  permalink_url: (post, { origin }) => permalink(origin, post),
  is_published: (post, call) => isSeenPublished(post, call),
  is_hidden: () => false,
  is_expired: () => false,
  status_type: (post, call) => (post.video_id === null ? statusType(post, photos(post, call)) : 'added_video'),
  full_picture: (post, call) => photos(post, call).map(({ id }) => imageAddress(call.origin, id))[0],
  picture: (post, call) => photos(post, call).map(({ id }) => imageAddress(call.origin, id))[0],
  attachments: (post, call, asked) => attachments(post, call, asked),
  from: ({ page_id }, { world }, asked) => narrowed({ name: findPage(world.db, page_id)?.name, id: page_id }, asked),
  application: ({ by_hand }, { world: { app } }, asked) =>
    by_hand ? undefined : narrowed({ name: app.name, id: app.id }, asked),
  reactions: () => ({ data: [], summary: { total_count: 0 } }),
  comments: () => ({ data: [], summary: { order: 'ranked', total_count: 0, can_comment: true } }),
  likes: () => ({ data: [], summary: { total_count: 0 } }),
  // Both are left out when there is nothing to say.
  shares: () => undefined,
  scheduled_publish_time: () => undefined,
  story: () => undefined,
};

export const postNode = { name: 'Post', table, unasked: ['created_time', 'message', 'id'] } as const;

/** Where a person sees the post; the simulator stands for www.facebook.com too. */
export function permalink(origin: string, { id, page_id, kind, video_id }: Post): string {
  if (kind === 'story') return `${origin}/stories/${page_id}/${id}`;
  if (video_id !== null) return `${origin}/reel/${video_id}/`;
  return `${origin}/${page_id}/posts/${id.slice(page_id.length + 1)}`;
}

/** Whether this is the draft's instant or the publication's is a switch. */
export function createdTime(post: Post, { switches }: Pick<Call, 'switches'>): number {
  return switches.createdTime === 'publication' ? (post.published_at ?? post.created_at) : post.created_at;
}

function photos({ id }: Post, { world, nowMs }: Call): Photo[] {
  return photosOfPost(world.db, id, nowMs);
}

function statusType({ link }: Post, attached: readonly Photo[]): string {
  if (attached.length) return 'added_photos';
  return link ? 'shared_story' : 'mobile_status_update';
}

function attachments(post: Post, call: Call, asked: Parameters<typeof narrowed>[1]) {
  if (post.video_id !== null) {
    const url = permalink(call.origin, post);
    return {
      data: [narrowed({ media_type: 'video', type: 'video_inline', target: { id: post.video_id, url }, url }, asked)],
    };
  }
  const [first, ...others] = photos(post, call).map((photo) => photoAttachment(photo, call));
  if (!first) {
    if (!post.link) return undefined;
    const shared = { media_type: 'link', type: 'share', title: post.link, url: post.link, unshimmed_url: post.link };
    return { data: [narrowed(shared, asked)] };
  }
  if (!others.length) return { data: [narrowed(first, asked)] };
  return {
    data: [
      narrowed({ ...first, media_type: 'album', type: 'album', subattachments: { data: [first, ...others] } }, asked),
    ],
  };
}

function photoAttachment({ id, page_id, height, width, caption }: Photo, { origin }: Call): Record<string, unknown> {
  const url = `${origin}/pages/${page_id}#photo-${id}`;
  return {
    media_type: 'photo',
    type: 'photo',
    media: { image: { height, src: imageAddress(origin, id), width } },
    target: { id, url },
    url,
    ...(caption && { description: caption }),
  };
}
