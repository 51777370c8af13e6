import type { GraphAnswer } from '../../graph/client.ts';
import { idsIn } from '../../graph/ids-in.ts';
import type { Calling, Published } from './form.ts';

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

/** The address of what the Page published. */
export async function postPermalink({ graph, token, metaId }: Published): Promise<GraphAnswer<string | undefined>> {
  const call = { method: 'GET', path: `/${metaId}`, token, fields: ['permalink_url'] } as const;
  const answer = await graph.call<{ permalink_url?: unknown }>(call);
  return answer.ok ? { ok: true, data: addressIn(answer.data) } : answer;
}

export const addressIn = ({ permalink_url: address }: { permalink_url?: unknown }): string | undefined =>
  typeof address === 'string' && address ? address : undefined;
