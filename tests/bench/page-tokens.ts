import type { GraphClient } from '../../activities/graph/client.ts';
import { tokenForCode } from '../../activities/graph/tokens.ts';
import { redirectUri } from '../../deploy/config.ts';
import { scopesToAsk } from '../../meta/permissions.ts';
import type { Person } from '../connection/person.ts';
import type { Stack } from '../stack/stack.ts';

/** By which the worker of a stack identifies itself to Meta. */
export const appIdentity = ({ env }: Stack) => ({
  appId: env.worker.META_APP_ID ?? '',
  appSecret: env.worker.META_APP_SECRET ?? '',
});

/** A person's Pages with their tokens, as whoever goes through the dialog gets them. */
export async function pageTokens(
  { urls, env }: Stack,
  graph: GraphClient,
  person: Person,
): Promise<{ id: string; token: string }[]> {
  const redirect_uri = redirectUri({ PUBLIC_URL: env.worker.PUBLIC_URL ?? '' });
  const user = await tokenForCode(
    graph,
    await throughDialog(urls.simulator, person, { client_id: graph.appId, redirect_uri }),
    redirect_uri,
  );
  if (!user.ok) throw new Error('The dialog gave no token');
  return Promise.all(person.pages.map(async ({ id }) => ({ id, token: await pageToken(graph, user.data, id) })));
}

async function throughDialog(url: string, { id }: Person, asked: Record<string, string>): Promise<string> {
  const dialog = new URL('/v26.0/dialog/oauth', url);
  const all = { ...asked, state: 'bench', response_type: 'code', scope: scopesToAsk().join(',') };
  dialog.search = new URLSearchParams(all).toString();
  const body = new URLSearchParams({ person: id, page: 'all', permission: 'all' });
  const back = await fetch(dialog, { method: 'POST', body, redirect: 'manual' });
  return new URL(back.headers.get('location') ?? 'http://nowhere').searchParams.get('code') ?? '';
}

async function pageToken(graph: GraphClient, token: string, page: string): Promise<string> {
  const call = { method: 'GET', path: `/${page}`, token, fields: ['access_token'] } as const;
  const answer = await graph.call<{ access_token: string }>(call);
  if (!answer.ok) throw new Error('A Page gave no token');
  return answer.data.access_token;
}
