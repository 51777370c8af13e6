import { graphFields } from '../../meta/graph-objects.ts';
import { passing } from '../failures.ts';
import type { GraphClient } from '../graph/client.ts';
import { textOf } from '../graph/ids.ts';
import { isLastWord } from './last-word.ts';

/** What is shown of a connected account. */
export interface Profile {
  name: string;
  username: string | null;
  picture_url: string | null;
  followers_count: number | null;
}

/** A token, and what was granted to it. */
export interface Bearer {
  token: string;
  scopes: readonly string[];
}

interface Known {
  name: string;
  username: string | null;
}

const ofPage = graphFields.page.filter((field) => field !== 'access_token');

/** A Page by its own token. @returns undefined where Meta refuses to show it, which changes nothing */
export const readPage = (graph: GraphClient, id: string, as: Bearer) => readNode(graph, id, as, ofPage);

/** An Instagram account by the token of the Page that carries it. @returns undefined where Meta refuses to show it */
export const readInstagram = (graph: GraphClient, id: string, as: Bearer) =>
  readNode(graph, id, as, graphFields.instagram, 'instagram');

async function readNode(
  graph: GraphClient,
  id: string,
  { token, scopes: granted }: Bearer,
  fields: readonly string[],
  useCase: 'pages' | 'instagram' = 'pages',
) {
  const call = { method: 'GET', path: `/${id}`, token, granted, fields, useCase } as const;
  const answer = await graph.call<Record<string, unknown>>(call);
  if (answer.ok) return answer.data;
  if (!isLastWord(answer.failure)) throw passing('Meta did not show an account', answer.failure.retryAfterMs);
  return undefined;
}

export function pageProfile(known: Known, page: Record<string, unknown>): Profile {
  const picture = page.picture as { data?: { url?: unknown } } | null | undefined;
  return profileFrom(known, page, picture?.data?.url);
}

export const instagramProfile = (known: Known, said: Record<string, unknown>): Profile =>
  profileFrom(known, said, said.profile_picture_url);

function profileFrom(known: Known, said: Record<string, unknown>, picture: unknown): Profile {
  const followers = said.followers_count;
  return {
    name: textOf(said.name) ?? known.name,
    username: textOf(said.username) ?? known.username,
    picture_url: textOf(picture) ?? null,
    followers_count: typeof followers === 'number' && Number.isSafeInteger(followers) ? followers : null,
  };
}
