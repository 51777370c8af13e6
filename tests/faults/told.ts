import type { HttpClient } from '../stack/http.ts';
import { ask } from './ask.ts';
import type { Told } from './judge.ts';
import type { Played } from './play.ts';

interface Said {
  id: string;
  state: string;
  edit: object | null;
}

interface Page {
  items: { id: string; targets: [Said] }[];
  next: string | null;
}

const mostOnAPage = 100;

/** What the API says of every post there is, by the id of the post. */
export async function allSaid(member: HttpClient): Promise<ReadonlyMap<string, Said>> {
  const said = new Map<string, Said>();
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query: string = cursor && `&cursor=${encodeURIComponent(cursor)}`;
    const { body } = await ask<Page>(member, 'GET', `/v1/posts?limit=${mostOnAPage}${query}`);
    for (const { id, targets } of body.items) said.set(id, targets[0]);
    cursor = body.next;
  }
  return said;
}

type Reasons = ReadonlyMap<string, Pick<Told, 'reason' | 'ofComment'>>;

/** What is said in the end about a run; the reasons apart, which the API gives as one. */
export function told(played: Played, said: Said | undefined, reasons: Reasons, wanted: ReadonlySet<string>): Told {
  const { run, acknowledged, openBecause, mayFail, takenAway, mayBeEarly, mayStay, firstComment, options } = played;
  const known = { run, acknowledged, openBecause, mayFail, takenAway, mayBeEarly, mayStay, firstComment, options };
  const { id = '', state = 'nowhere', edit = null } = said ?? {};
  const { reason = null, ofComment = null } = reasons.get(id) ?? {};
  return { ...known, state, reason, ofComment, isChanging: edit !== null, stillWanted: wanted.has(id) };
}

interface History {
  targets: { steps: { at: string; words: string }[] }[];
}

/** What happened to a post, in words. */
export async function history({ post, place }: Played): Promise<string[]> {
  const { body } = await ask<History>(place.stack.member, 'GET', `/v1/posts/${post}/history`);
  return body.targets.flatMap(({ steps }) => steps.map(({ at, words }) => `${at}  ${words}`));
}
