import type { GraphClient } from '../../activities/graph/client.ts';
import type { GraphFailure } from '../../activities/graph/failure.ts';
import { inspectToken } from '../../activities/graph/tokens.ts';
import { graphFields } from '../../meta/graph-objects.ts';

/** What Meta answered to one question, or why it did not. */
export interface MetaSays {
  about: string;
  question: 'token' | 'permissions' | 'subscription';
  answer: 'yes' | 'no' | 'Meta does not say';
  words: string;
  /** Codes of Meta's and what it calls the call, for its support. */
  details?: Record<string, unknown>;
}

/** Asks about a token; nothing but its own words proves it alive or dead. */
export async function tokenSays(graph: GraphClient, about: string, token: string): Promise<MetaSays> {
  const answer = await inspectToken(graph, token);
  if (!answer.ok) return silent(about, 'token', answer.failure);
  const { valid, ofThisApp, kind, scopes, expiresAtMs, dataAccessExpiresAtMs, code, subcode } = answer.data;
  const details = {
    ...{ kind, scopes, code, subcode },
    expiresAt: iso(expiresAtMs),
    dataAccessEndsAt: iso(dataAccessExpiresAtMs),
  };
  if (!ofThisApp) return { about, question: 'token', answer: 'no', words: 'It belongs to another app.', details };
  const words = valid
    ? `It lives${expiresAtMs ? ` until ${iso(expiresAtMs)}` : ', without an end'}.`
    : 'It is not valid.';
  return { about, question: 'token', answer: valid ? 'yes' : 'no', words, details };
}

/** Asks which permissions the person left us. */
export async function permissionsSay(graph: GraphClient, about: string, token: string): Promise<MetaSays> {
  const answer = await graph.call<{ data?: unknown }>({ method: 'GET', path: '/me/permissions', token });
  if (!answer.ok) return silent(about, 'permissions', answer.failure);
  const entries = (Array.isArray(answer.data.data) ? answer.data.data : []) as {
    permission?: unknown;
    status?: unknown;
  }[];
  const named = (granted: boolean) =>
    entries.filter(({ status }) => (status === 'granted') === granted).map(({ permission }) => String(permission));
  const [granted, declined] = [named(true), named(false)];
  const words = declined.length ? `Not granted: ${declined.join(', ')}.` : `${granted.length} granted, none declined.`;
  const details = { granted, declined };
  return { about, question: 'permissions', answer: declined.length ? 'no' : 'yes', words, details };
}

/** Asks whether Meta tells us what happens on a Page. */
export async function subscriptionSays(
  graph: GraphClient,
  about: string,
  page: string,
  token: string,
): Promise<MetaSays> {
  const path = `/${page}/subscribed_apps`;
  const answer = await graph.call<{ data?: unknown }>({ method: 'GET', path, token, fields: graphFields.subscription });
  if (!answer.ok) return silent(about, 'subscription', answer.failure);
  const apps = (Array.isArray(answer.data.data) ? answer.data.data : []) as {
    id?: unknown;
    subscribed_fields?: unknown;
  }[];
  const ours = apps.find(({ id }) => String(id) === graph.appId);
  const fields = Array.isArray(ours?.subscribed_fields) ? ours.subscribed_fields.map(String) : [];
  const words = ours
    ? `Meta tells us about: ${fields.join(', ') || 'nothing'}.`
    : 'Meta does not tell us what happens on it.';
  return { about, question: 'subscription', answer: ours ? 'yes' : 'no', words, details: { fields } };
}

function silent(about: string, question: MetaSays['question'], failure: GraphFailure): MetaSays {
  const { words, code, subcode, httpStatus, traceId, kind } = failure;
  const refused = kind === 'refused' && (failure.reaction === 'reauthorize' || failure.reaction === 'degrade');
  const details = { code, subcode, httpStatus, traceId };
  return { about, question, answer: refused ? 'no' : 'Meta does not say', words, details };
}

const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
