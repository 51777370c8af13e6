import type { GraphAnswer } from '../../graph/client.ts';
import { noAnswer } from '../../graph/failure.ts';
import { metaId } from '../../graph/ids.ts';
import { entriesIn } from '../../graph/list.ts';
import type { Calling, Unseen } from './form.ts';

interface Post {
  id?: unknown;
  message?: unknown;
  is_published?: unknown;
  created_time?: unknown;
  application?: { id?: unknown } | null;
}

const fields = ['id', 'message', 'is_published', 'created_time', 'application{id}'];
const listedAtOnce = 100;

/**
 * What this app has made on the Page in that time, and nobody sees. `/feed` lists what is unpublished too, the newest first. (Page feed
 * reference, read 2026-09-11; seen with drafts on v25.) What does not say which app has made it is not among it.
 * @returns undefined where so much was posted since that the list does not reach back to that time
 */
export async function findUnseenPosts(
  { graph, token, content }: Calling,
  { since, until }: { since: Date; until: Date },
): Promise<GraphAnswer<Unseen[] | undefined>> {
  const path = `/${content.row.accountMetaId}/feed`;
  const params = { limit: listedAtOnce };
  const answer = await graph.call<{ data?: unknown }>({ method: 'GET', path, token, fields, params });
  if (!answer.ok) return answer;
  if (!Array.isArray(answer.data.data)) return { ok: false, failure: noAnswer() };
  const posts = entriesIn<Post>(answer.data.data);
  const madeMs = ({ created_time: time }: Post) => Date.parse(String(time));
  if (posts.length >= listedAtOnce && posts.every((post) => madeMs(post) > since.getTime()))
    return { ok: true, data: undefined };
  const isOurs = (post: Post) => {
    const ms = madeMs(post);
    const isOfThen = ms >= since.getTime() && ms <= until.getTime();
    return isOfThen && post.is_published === false && metaId(post.application?.id) === graph.appId;
  };
  const unseen = posts.filter(isOurs).flatMap((post) => {
    const id = metaId(post.id);
    return id ? [{ metaId: id, message: typeof post.message === 'string' ? post.message : null }] : [];
  });
  return { ok: true, data: unseen };
}
