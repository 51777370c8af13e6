import { metaId, textOf } from '../../graph/ids.ts';
import type { Looking } from './form.ts';

interface Story {
  post_id?: unknown;
  media_id?: unknown;
  url?: unknown;
}

/**
 * The story that shows this photo or video, among those of the last day. (Page Stories, read 2026-09-11.)
 * @returns undefined where it is not listed, `no-answer` where there was no list
 */
export async function findStory({ graph, token, content, subject }: Looking) {
  const path = `/${content.row.accountMetaId}/stories`;
  const fields = ['post_id', 'media_id', 'status', 'url'];
  const answer = await graph.call<{ data?: unknown }>({ method: 'GET', path, token, fields, params: { limit: 100 } });
  if (!answer.ok || !Array.isArray(answer.data.data)) return 'no-answer';
  const story = (answer.data.data as Story[]).find(({ media_id }) => metaId(media_id) === subject);
  const id = metaId(story?.post_id);
  const permalink = textOf(story?.url);
  return story && { ...(id ? { metaId: id } : {}), ...(permalink ? { permalink } : {}) };
}
