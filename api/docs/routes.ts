import { z } from 'zod';
import { ok, raw } from '../http/answer.ts';
import { showPage } from '../http/page.ts';
import { type ProblemName, problems, refuse } from '../http/problem.ts';
import { page, type Route, route } from '../http/route.ts';
import { docsPage } from './docs-page.ts';
import { describeApi } from './openapi.ts';

/** The documentation describes all routes, itself included, so it is made over the list it belongs to. */
export function docsRoutes(all: () => readonly Route[]): Route[] {
  let known: { url: string; document: ReturnType<typeof describeApi> } | undefined;
  const document = (url: string) => {
    if (known?.url !== url) known = { url, document: describeApi(all(), url) };
    return known.document;
  };

  const openapi = route(
    {
      method: 'get',
      path: '/openapi.json',
      summary: 'This API, as OpenAPI 3.1',
      role: 'public',
      answers: { 200: z.looseObject({ openapi: z.string() }) },
    },
    async ({ parts }) => ok({ ...document(parts.settings.PUBLIC_URL) }),
  );

  const docs = route(
    { method: 'get', path: '/docs', summary: 'This API, to read', role: 'public', answers: { 200: page } },
    async ({ parts }) =>
      showPage(200, { title: 'Quixess Social API', body: docsPage(document(parts.settings.PUBLIC_URL)) }),
  );

  const problem = route(
    {
      method: 'get',
      path: '/problems/{name}',
      summary: 'What a problem type means',
      role: 'public',
      params: z.object({ name: z.string() }),
      answers: { 302: { contentType: null, description: 'To its place in the documentation.' } },
    },
    async ({ params: { name } }) =>
      Object.hasOwn(problems, name as ProblemName)
        ? raw(302, null, { headers: { location: `/docs#${name}` } })
        : refuse('not-found', 'There is no such problem type.'),
  );

  return [openapi, docs, problem];
}
