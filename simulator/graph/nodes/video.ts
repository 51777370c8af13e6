import { receivedBytes } from '../../rupload/parts.ts';
import { metaTime, SECOND_MS } from '../../state/clock.ts';
import { findFile } from '../../state/files.ts';
import { type Post, postsOfVideo } from '../../state/posts.ts';
import type { Video } from '../../state/videos.ts';
import type { Call } from '../call.ts';
import type { FieldTable } from '../fields.ts';
import { hasSettled, isSeenPublished } from '../visibility.ts';
import { fileAddress } from './media.ts';

const table: FieldTable<Video> = {
  id: ({ id }) => id,
  title: ({ title }) => title,
  description: ({ id, description }, call) => {
    const edited = postsOfVideo(call.world.db, id).find(({ edited_at }) => edited_at !== null);
    return edited && !hasSettled(edited.edited_at ?? 0, call) ? edited.earlier_message : description;
  },
  created_time: ({ created_at }) => metaTime(created_at),
  updated_time: ({ created_at, finished_at }) => metaTime(finished_at ?? created_at),
  length: (video, call) => {
    const { duration_ms } = fileOf(video, call) ?? {};
    return duration_ms ? duration_ms / SECOND_MS : undefined;
  },
  published: (video, call) => seenPost(video, call) !== undefined,
  post_id: (video, call) => {
    const post = seenPost(video, call);
    return call.switches.videoPostId === 'bare' ? post?.id.replace(/^\d+_/, '') : post?.id;
  },
  permalink_url: (video, call) => (seenPost(video, call) ? `${call.origin}/reel/${video.id}/` : undefined),
  source: ({ sha256 }, { origin }) => (sha256 ? fileAddress(origin, sha256) : undefined),
  status: (video, call) => status(video, call),
};

export const videoNode = { name: 'Video', table, unasked: ['description', 'updated_time', 'id'] } as const;

const fileOf = ({ sha256 }: Video, { world }: Call) => (sha256 === null ? undefined : findFile(world.db, sha256));

function seenPost({ id }: Video, call: Call): Post | undefined {
  return postsOfVideo(call.world.db, id).find((post) => isSeenPublished(post, call));
}

/** Reels Publishing, "Example Response with a Processing Error", and the values of `status` in the table before it (2026-09-11). */
const saidOfFailed = {
  message: { video: 'processing', phase: 'not_started' },
  status: { video: 'error', phase: 'error' },
} as const;

/** Meta's spelling, `bytes_transfered` too (Reels Publishing, "Get upload status", 2026-09-11). */
function status(video: Video, call: Call): Record<string, unknown> {
  const { world, nowMs } = call;
  const finished = video.finished_at !== null && hasSettled(video.finished_at, call);
  const processed = finished && video.ready_at !== null && hasSettled(video.ready_at, call) && video.ready_at <= nowMs;
  const failed = processed && video.error !== null;
  const post = seenPost(video, call);
  const uploaded = video.uploaded_at !== null;
  const received = uploaded ? (fileOf(video, call)?.bytes ?? 0) : receivedBytes(world, video.id);
  return {
    video_status: failed
      ? saidOfFailed[call.switches.processingError].video
      : processed
        ? 'ready'
        : finished
          ? 'processing'
          : uploaded
            ? 'upload_complete'
            : 'uploading',
    uploading_phase: {
      status: uploaded ? 'complete' : received ? 'in_progress' : 'not_started',
      bytes_transfered: received,
      ...(video.file_size !== null && { source_file_size: video.file_size }),
    },
    processing_phase: {
      status: failed
        ? saidOfFailed[call.switches.processingError].phase
        : processed
          ? 'complete'
          : finished
            ? 'in_progress'
            : 'not_started',
      ...(failed && { error: { message: video.error } }),
    },
    publishing_phase: publishing(video, post, finished),
  };
}

function publishing({ video_state, error }: Video, post: Post | undefined, finished: boolean): Record<string, unknown> {
  if (post) {
    const publish_time = metaTime(post.published_at ?? post.created_at);
    return { status: 'complete', publish_status: 'published', publish_time };
  }
  if (!finished) return { status: 'not_started' };
  if (video_state === 'DRAFT') return { status: 'not_started', publish_status: 'draft' };
  return error === null ? { status: 'in_progress' } : { status: 'not_started' };
}
