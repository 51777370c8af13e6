import { metaId, textOf } from '../../graph/ids.ts';
import { entriesIn } from '../../graph/list.ts';
import type { Look, Looking } from './form.ts';

interface Story {
  post_id?: unknown;
  media_id?: unknown;
  url?: unknown;
}

/**
 * The story that shows this photo or video, among those of the last day. (Page Stories, read 2026-09-11.)
 * @returns `not-live` where it is not listed, `no-answer` where there was no list
 */
export async function findStory({ graph, token, content, subject }: Looking): Promise<Look> {
  const path = `/${content.row.accountMetaId}/stories`;
  const fields = ['post_id', 'media_id', 'status', 'url'];
  const answer = await graph.call<{ data?: unknown }>({ method: 'GET', path, token, fields, params: { limit: 100 } });
  if (!answer.ok) return { seen: 'no-answer', failure: answer.failure };
  if (!Array.isArray(answer.data.data)) return { seen: 'no-answer' };
  const story = entriesIn<Story>(answer.data.data).find(({ media_id }) => metaId(media_id) === subject);
  if (!story) return { seen: 'not-live' };
  const id = metaId(story.post_id);
  const permalink = textOf(story.url);
  return { seen: 'live', ...(id ? { metaId: id } : {}), ...(permalink ? { permalink } : {}) };
}
