import type { HttpClient } from '../stack/http.ts';
import { ask } from './ask.ts';
import type { Told } from './judge.ts';
import type { Played } from './play.ts';

interface Post {
  targets: [{ id: string; state: string; reason: string | null }];
}

/** What the API says in the end about a run. */
export async function told(member: HttpClient, played: Played, wanted: ReadonlySet<string>): Promise<Told> {
  const { body } = await ask<Post>(member, 'GET', `/v1/posts/${played.post}`);
  const { id, state, reason } = body.targets[0];
  const { run, acknowledged, mayFail, takenAway, mayBeEarly, mayStay, firstComment } = played;
  const known = { run, acknowledged, mayFail, takenAway, mayBeEarly, mayStay, firstComment };
  return { ...known, state, reason, stillWanted: wanted.has(id) };
}

interface History {
  targets: { steps: { at: string; words: string }[] }[];
}

/** What happened to a post, in words. */
export async function history(member: HttpClient, { post }: Played): Promise<string[]> {
  const { body } = await ask<History>(member, 'GET', `/v1/posts/${post}/history`);
  return body.targets.flatMap(({ steps }) => steps.map(({ at, words }) => `${at}  ${words}`));
}
