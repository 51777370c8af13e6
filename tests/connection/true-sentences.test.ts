import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ListedPage } from '../../activities/connection/found.ts';
import { type Discovered, missingFrom } from '../../activities/connection/missing.ts';
import { scopesToAsk } from '../../meta/permissions.ts';

const everything: Discovered = {
  scopes: scopesToAsk(),
  granularScopes: scopesToAsk().map((scope) => ({ scope })),
  asked: scopesToAsk(),
  ungranted: {},
  pages: [],
  withheld: [],
  hidden: [],
  adrift: [],
  connected: [],
};
const granting = (scope: string, target_ids: string[]): Discovered['granularScopes'] =>
  everything.granularScopes.map((grant) => (grant.scope === scope ? { scope, target_ids } : grant));

const account = (metaId: string) => ({ metaId, name: undefined, username: `user_${metaId}_` });
const oddPage = fc.record({
  unpublished: fc.boolean(),
  tasks: fc.subarray(['CREATE_CONTENT', 'MODERATE', 'ANALYZE']),
  mayPublish: fc.boolean(),
  instagram: fc.constantFrom('none', 'ticked', 'unticked'),
  other: fc.boolean(),
});

test('of each Page exactly what is true of it is said', () => {
  fc.assert(
    fc.property(fc.array(oddPage, { minLength: 1, maxLength: 6 }), (odd) => {
      const pages = odd.map(
        ({ unpublished, tasks, instagram, other }, i): ListedPage => ({
          metaId: `10${i}`,
          name: `<Page ${i}>`,
          username: undefined,
          tasks,
          unpublished,
          instagram: instagram === 'none' ? undefined : account(`20${i}`),
          otherInstagram: other ? account(`30${i}`) : undefined,
        }),
      );
      const publishing = odd.flatMap(({ mayPublish }, i) => (mayPublish ? [`10${i}`] : []));
      const shown = odd.flatMap(({ instagram }, i) => (instagram === 'ticked' ? [`20${i}`] : []));
      const granularScopes = granting('pages_manage_posts', publishing).map((grant) =>
        grant.scope === 'instagram_basic' ? { scope: grant.scope, target_ids: shown } : grant,
      );
      const said = missingFrom({ ...everything, pages, granularScopes });
      const saying = (...words: string[]) => said.filter((sentence) => words.every((word) => sentence.includes(word)));
      const truths = odd.flatMap(({ unpublished, tasks, mayPublish, instagram, other }, i) => [
        [unpublished, saying(`<Page ${i}>`, 'is not published')] as const,
        [tasks.length > 0 && !tasks.includes('CREATE_CONTENT'), saying(`<Page ${i}>`, 'Your role')] as const,
        [!mayPublish, saying(`<Page ${i}>`, 'was not allowed in the dialog')] as const,
        [instagram === 'unticked', saying(`user_20${i}_`, 'was not ticked')] as const,
        [other && instagram === 'none', saying(`<Page ${i}>`, 'not shown as a professional account')] as const,
        [other && instagram !== 'none', saying(`<Page ${i}>`, 'Several Instagram accounts')] as const,
      ]);
      for (const [holds, sentences] of truths) expect(sentences).toHaveLength(holds ? 1 : 0);
      expect(said).toHaveLength(truths.filter(([holds]) => holds).length);
    }),
  );
});

test('of each permission exactly what became of it is said', () => {
  const answers = fc.constantFrom('granted', 'declined', 'expired', 'unoffered');
  fc.assert(
    fc.property(fc.array(answers, { minLength: 9, maxLength: 9 }), (given) => {
      const answerOf = (name: string) => given[everything.asked.indexOf(name)];
      const scopes = everything.asked.filter((name) => answerOf(name) === 'granted');
      const ungranted = Object.fromEntries(
        everything.asked.flatMap((name) => {
          const answer = answerOf(name);
          return answer === 'declined' || answer === 'expired' ? [[name, answer] as const] : [];
        }),
      );
      const page = { metaId: '1', name: 'P', username: undefined, tasks: [], unpublished: false };
      const pages = [{ ...page, instagram: undefined, otherInstagram: undefined }];
      const said = missingFrom({ ...everything, scopes, granularScopes: [], ungranted, pages });
      const words = { declined: 'was declined in', expired: 'for 90 days', unoffered: 'did not offer' };
      const right = everything.asked.flatMap((name) => {
        const answer = answerOf(name);
        return answer && answer !== 'granted' ? [[`permission ${name} `, words[answer]] as const] : [];
      });
      expect(said).toHaveLength(right.length);
      for (const [name, answer] of right)
        expect(said.filter((sentence) => sentence.includes(name) && sentence.includes(answer))).toHaveLength(1);
    }),
  );
});

test('every sentence ends, and says what to do in another', () => {
  const page = { metaId: '1', name: 'P', username: undefined, tasks: ['ANALYZE'], unpublished: true };
  const pages = [{ ...page, instagram: account('2'), otherInstagram: account('3') }];
  const business = { name: 'B', wantsSecondFactor: true };
  const said = missingFrom({
    ...everything,
    ...{ scopes: ['pages_show_list'], pages, hidden: ['4'], adrift: ['5'] },
    withheld: pages.map((one) => ({ page: one, business })),
    connected: [{ platform: 'facebook', meta_id: '6', name: 'Gone' }],
  });
  expect(said.length).toBeGreaterThan(12);
  for (const sentence of said) expect(sentence).toMatch(/^[A-Z].+\. [A-Z].+\.$/);
});
