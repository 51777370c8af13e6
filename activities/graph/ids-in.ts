import type { GraphAnswer } from './client.ts';
import { noAnswer } from './failure.ts';
import { metaId } from './ids.ts';
import { entriesIn } from './list.ts';

/** The ids in a list of Meta's; what is no list is no answer. */
export function idsIn(answer: GraphAnswer<{ data?: unknown }>): GraphAnswer<string[]> {
  if (!answer.ok) return answer;
  const { data } = answer.data;
  if (!Array.isArray(data)) return { ok: false, failure: noAnswer() };
  return { ok: true, data: entriesIn<{ id?: unknown }>(data).flatMap(({ id }) => metaId(id) ?? []) };
}
