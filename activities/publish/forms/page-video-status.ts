import type { GraphAnswer, GraphFailure } from '../../graph/client.ts';
import { metaId } from '../../graph/ids.ts';
import { isGone } from '../../graph/is-gone.ts';
import type { Look, Looking } from './form.ts';
import { addressIn } from './published-post.ts';

/** What Meta says of a video, phase by phase; it spells the end of one `complete` and `completed`. (Reels Publishing, read 2026-09-11.) */
export interface VideoState {
  uploaded: boolean;
  /** Where sending goes on; undefined where Meta says something that is no number. */
  uploadedBytes: number | undefined;
  /** Meta cannot make anything of it, or has lost what was sent: then it has to be sent again. */
  failed: 'processing' | 'upload' | undefined;
  isAtWork: boolean;
  published: boolean;
  postId: string | undefined;
  permalink: string | undefined;
}

const fields = ['status', 'post_id', 'published', 'permalink_url'];

export async function videoState(
  { graph, token }: Pick<Looking, 'graph' | 'token'>,
  id: string,
): Promise<GraphAnswer<VideoState>> {
  const answer = await graph.call<Video>({ method: 'GET', path: `/${id}`, token, fields });
  if (!answer.ok) return answer;
  const { status, post_id: postId, published, ...rest } = answer.data;
  const [uploading, processing, publishing] = [
    status?.uploading_phase,
    status?.processing_phase,
    status?.publishing_phase,
  ];
  const isPublished = is(publishing, 'complete') && (publishing?.publish_status ?? 'published') === 'published';
  return {
    ok: true,
    data: {
      uploaded: is(uploading, 'complete'),
      uploadedBytes: bytesIn(uploading?.bytes_transfered ?? uploading?.bytes_transferred ?? 0),
      failed: failureIn(status),
      isAtWork: processing?.status === 'in_progress' || publishing?.status === 'in_progress',
      // A video that no phase is told of says it by itself.
      published: isPublished || (publishing === undefined && published === true),
      postId: metaId(postId),
      permalink: addressIn(rest),
    },
  };
}

/**
 * Meta shows a processing error as a phase that is `not_started`, of a video that is `processing`: then only the phase's `error` tells of it. (Reels
 * Publishing, "Example Response with a Processing Error" and the values of `status`, read 2026-09-11.)
 */
function failureIn(status: Video['status']): VideoState['failed'] {
  const { video_status: whole, uploading_phase, processing_phase, publishing_phase } = status ?? {};
  if (whole === 'error' || hasFailed(processing_phase) || hasFailed(publishing_phase)) return 'processing';
  return whole === 'expired' || whole === 'upload_failed' || hasFailed(uploading_phase) ? 'upload' : undefined;
}

const hasFailed = (phase: Phase | undefined) =>
  phase?.status === 'error' || phase?.publish_status === 'error' || Boolean(phase?.error);

const bytesIn = (said: unknown) => (Number.isSafeInteger(Number(said)) && Number(said) >= 0 ? Number(said) : undefined);

/** Whether a video has become public; before it is, Meta may be at work on it for minutes. */
export async function lookAtVideo(at: Looking): Promise<Look> {
  const { subject, content } = at;
  const answer = await videoState(at, subject);
  if (!answer.ok) return { seen: isGone(answer.failure) ? 'gone' : 'no-answer', failure: answer.failure };
  const { failed, isAtWork, published, postId, permalink } = answer.data;
  if (published)
    return {
      seen: 'live',
      metaId: postOf(content.row.accountMetaId, postId) ?? subject,
      ...(permalink ? { permalink } : {}),
    };
  if (failed) return { seen: 'failed', failure: notProcessed };
  return { seen: isAtWork ? 'processing' : 'not-live' };
}

/** Seen with and without the Page in front. */
function postOf(page: string, postId: string | undefined): string | undefined {
  return postId === undefined || postId.includes('_') ? postId : `${page}_${postId}`;
}

export const notProcessed: GraphFailure = {
  kind: 'refused',
  reaction: 'permanent',
  commit: 'refused',
  words: 'Facebook could not process the video. Check the file, or give another one.',
};

interface Phase {
  status?: unknown;
  publish_status?: unknown;
  error?: unknown;
  bytes_transfered?: unknown;
  bytes_transferred?: unknown;
}

interface Video {
  status?: { video_status?: unknown; uploading_phase?: Phase; processing_phase?: Phase; publishing_phase?: Phase };
  post_id?: unknown;
  published?: unknown;
  permalink_url?: unknown;
}

const is = (phase: Phase | undefined, status: string) => phase?.status === status || phase?.status === `${status}d`;
