import type { GraphAnswer } from '../../graph/client.ts';
import { idsIn } from '../../graph/ids-in.ts';
import type { Calling, Editing, Published } from './form.ts';

/** Comments on what the Page itself published. (Comment reference, read 2026-09-11.) */
export const commentOnPost = ({ graph, token, metaId }: Published, message: string) =>
  graph.call<{ id?: unknown }>({ method: 'POST', path: `/${metaId}/comments`, token, params: { message } });

export const deletePost = ({ graph, token, metaId }: Published) =>
  graph.call({ method: 'DELETE', path: `/${metaId}`, token });

/** (Page published posts edge, read 2026-09-11.) */
export const lastPosts = async ({ graph, token, content }: Calling): Promise<GraphAnswer<string[]>> => {
  const path = `/${content.row.accountMetaId}/published_posts`;
  return idsIn(await graph.call({ method: 'GET', path, token, fields: ['id'], params: { limit: 25 } }));
};

/**
 * Another text for what the Page published, which Meta takes for what this app has made only. (Page Post, "Updating", read 2026-09-11. That a
 * video takes a `description` is in the specification of Meta's SDKs, 2026-11-24.)
 */
export const changeText = ({ graph, token, metaId, video, timeoutMs }: Editing, text: string) =>
  graph.call({
    ...{ method: 'POST', path: `/${video ?? metaId}`, token, timeoutMs },
    params: video === undefined ? { message: text } : { description: text },
  });

/** The text that Meta shows. */
export async function textAt({ graph, token, metaId, video, timeoutMs }: Editing): Promise<GraphAnswer<string>> {
  const field = video === undefined ? 'message' : 'description';
  const call = { method: 'GET', path: `/${video ?? metaId}`, token, timeoutMs, fields: ['id', field] } as const;
  const answer = await graph.call<Record<string, unknown>>(call);
  if (!answer.ok) return answer;
  const text = answer.data[field];
  return { ok: true, data: typeof text === 'string' ? text : '' };
}

/** The address of what the Page published. */
export async function postPermalink({ graph, token, metaId }: Published): Promise<GraphAnswer<string | undefined>> {
  const call = { method: 'GET', path: `/${metaId}`, token, fields: ['permalink_url'] } as const;
  const answer = await graph.call<{ permalink_url?: unknown }>(call);
  return answer.ok ? { ok: true, data: addressIn(answer.data) } : answer;
}

export const addressIn = ({ permalink_url: address }: { permalink_url?: unknown }): string | undefined =>
  typeof address === 'string' && address ? address : undefined;
