import { eventually } from '../stack/eventually.ts';
import type { Stack } from '../stack/stack.ts';

interface EditedTarget {
  id: string;
  state: string;
  text: string | null;
  edit: { text: string } | null;
  reason: string | null;
}

interface EditedPost {
  text: string | null;
  targets: EditedTarget[];
}

interface Answer {
  detail?: string;
  results?: { result: string; words: string }[];
}

/** Asks for another text of a post. */
export const reword = (stack: Stack, { id }: { id: string }, text: string) =>
  stack.member.send<Answer>('PATCH', `/v1/posts/${id}`, { text });

/** The post as it stands once no text of it is to be changed any more, with the text that each target has. */
export const settled = (stack: Stack, { id }: { id: string }) =>
  eventually(
    async () => {
      const { text, targets } = (await stack.member.get<EditedPost>(`/v1/posts/${id}`)).body;
      const pending = targets.filter(({ edit }) => edit);
      if (pending.length) throw new Error(`to be changed: ${pending.map(({ edit }) => edit?.text)}`);
      return { text, targets, live: targets.map((target) => target.text ?? text) };
    },
    { what: 'the text to be changed, or to stay' },
  );
