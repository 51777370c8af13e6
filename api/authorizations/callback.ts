import { z } from 'zod';
import { raw } from '../http/answer.ts';
import { escapeHtml, showPage } from '../http/page.ts';
import { type ProblemName, problems, refuse } from '../http/problem.ts';
import { type RawContent, route } from '../http/route.ts';
import { mayAct } from '../session/caller.ts';
import { sessionOf, takeReturn } from './returned.ts';

/** Meta adds parameters of its own, which are not ours to refuse. */
const FromMeta = z.looseObject({
  state: z.string().max(500).optional().catch(undefined),
  code: z.string().max(5_000).optional().catch(undefined),
  error: z.string().optional().catch(undefined),
});

const redirect: RawContent = { contentType: null, description: 'To /connected, which says what happens next.' };
const refusalPage: RawContent = {
  contentType: 'text/html',
  description: 'Why this cannot be continued, for people; problem+json where Accept prefers it.',
};

export const callback = route(
  {
    method: 'get',
    path: '/oauth/meta/callback',
    summary: 'Meta sends the browser back',
    role: 'optional',
    query: FromMeta,
    answers: { 303: redirect, 400: refusalPage, 401: refusalPage, 403: refusalPage },
  },
  async ({ parts, caller, query, wantsPage }) => {
    const say = (problem: ProblemName, words: string) => {
      if (!wantsPage) return refuse(problem, words);
      const body = `<h1>Not connected</h1><p>${escapeHtml(words)}</p><p>Nothing was changed.</p>`;
      return showPage(problems[problem].status as 400, { title: 'Not connected', body });
    };
    const own = sessionOf(caller);
    if (!own) return say('unauthenticated', 'You are not logged in here (any more). Log in, then connect again.');
    // Who began it was an owner then; what they are now decides.
    if (!mayAct(own.role, 'owner'))
      return say('forbidden', 'Only an owner may connect, and you are none here any more. Ask an owner to connect.');
    const { state, code, error } = query;
    if (!state)
      return say('authorization-refused', 'Meta sent nothing that says which attempt this was. Connect again.');
    if (!code && !error)
      return say(
        'authorization-refused',
        'Meta sent neither a code nor an error. Nothing was connected; connect again.',
      );

    const { control, tenants, settings } = parts;
    const taken = await tenants.use(own.tenant, (db) =>
      takeReturn({ control, db, tenant: own.tenant, intakePublicKey: settings.INTAKE_PUBLIC_KEY }, own.session, {
        state,
        code: error ? undefined : code,
      }),
    );
    if (!taken.ok) return say('authorization-refused', taken.words);
    const next = new URL('/connected', settings.PUBLIC_URL);
    next.searchParams.set('authorization', taken.authorization);
    return raw(303, null, { headers: { location: next.href }, changes: taken.changes });
  },
);
