import { z } from 'zod';
import {
  createDocument,
  type ZodOpenApiObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
} from 'zod-openapi';
import { Problem, type ProblemName, problems } from '../http/problem.ts';
import type { Definition, Route } from '../http/route.ts';
import { cookieName } from '../session/cookie.ts';
import { scopeOf } from '../session/scopes.ts';

/** OpenAPI 3.1 of every route, from the definitions that also validate. */
export function describeApi(routes: readonly Route[], publicUrl: string) {
  const paths: ZodOpenApiPathsObject = {};
  for (const { definition } of routes) {
    paths[definition.path] = { ...paths[definition.path], [definition.method]: operation(definition) };
  }
  const document: ZodOpenApiObject = {
    openapi: '3.1.0',
    info: {
      title: 'Quixess Social',
      version: '1',
      description:
        'Connect Facebook Pages and Instagram accounts, schedule and publish posts. Problems are RFC 9457; their types are listed in /docs.',
    },
    servers: [{ url: publicUrl }],
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: cookieName(publicUrl) },
        apiKey: { type: 'http', scheme: 'bearer' },
      },
    },
    paths,
  };
  return createDocument(document, { override: ({ jsonSchema }) => plainFormat(jsonSchema) });
}

/** The name of a format says it; the expression behind it fills the page. */
function plainFormat(schema: { format?: string; pattern?: string }): void {
  if (schema.format) delete schema.pattern;
}

function operation(definition: Definition): ZodOpenApiOperationObject {
  const { method, path, summary, description, params, query, body, upload } = definition;
  const header = headersOf(definition);
  return {
    operationId: `${method}${path.replaceAll(/[^a-zA-Z0-9]+(\w?)/g, (_, next: string) => next.toUpperCase())}`,
    summary,
    tags: [tag(path)],
    description: [description, needs(definition)].filter(Boolean).join('\n\n'),
    security: security(definition),
    requestParams: { ...(params && { path: params }), ...(query && { query }), ...(header && { header }) },
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    ...(upload && { requestBody: { required: true, content: { 'application/octet-stream': {} } } }),
    responses: responses(definition),
  };
}

function security({ role, person }: Definition): NonNullable<ZodOpenApiOperationObject['security']> {
  if (role === 'public' || role === 'optional') return [];
  return person ? [{ session: [] }] : [{ session: [] }, { apiKey: [] }];
}

const idempotencyKey = z
  .string()
  .min(1)
  .optional()
  .meta({ description: 'The same key with the same request gives the same answer for 24 hours.' });

const ifMatch = z
  .string()
  .min(1)
  .optional()
  .meta({ description: 'The ETag of what you read: refused with 412 if somebody has changed it since.' });

function headersOf({ idempotent, editable, method }: Definition): z.ZodObject | undefined {
  const edits = editable && method !== 'get';
  if (!idempotent && !edits) return undefined;
  return z.object({ ...(idempotent && { 'Idempotency-Key': idempotencyKey }), ...(edits && { 'If-Match': ifMatch }) });
}

function responses(definition: Definition): ZodOpenApiOperationObject['responses'] {
  const found: ZodOpenApiOperationObject['responses'] = {};
  for (const [status, shape] of Object.entries(definition.answers)) {
    if (shape === Problem) continue;
    const known = `${status}` as '200';
    if ('parse' in shape)
      found[known] = { description: words(status), content: { 'application/json': { schema: shape } } };
    else {
      const content = shape.contentType ? { content: { [shape.contentType]: { schema: z.string() } } } : {};
      found[known] = { description: shape.description, ...content };
    }
  }
  for (const status of refusals(definition)) {
    found[`${status}` as '404'] ??= {
      description: named(status),
      content: { 'application/problem+json': { schema: Problem } },
    };
  }
  return found;
}

/** Which problems a route can answer with follows from what it accepts; a definition adds only its own. */
function refusals({ method, path, role, params, query, idempotent, editable, answers }: Definition): number[] {
  const own = Object.entries(answers).flatMap(([status, shape]) => (shape === Problem ? [Number(status)] : []));
  const known = role !== 'public' && role !== 'optional';
  const implied = [
    ...(known ? [401, 403, 429] : []),
    ...(params ? [404] : []),
    ...(query ? [422] : []),
    // Also where neither query nor body is taken: whoever sends one is told so.
    ...(path.startsWith('/v1/') ? [400, 413, 415, 422] : []),
    ...(idempotent ? [409] : []),
    ...(editable && method !== 'get' ? [412] : []),
    500,
    503,
  ];
  return [...new Set([...own, ...implied])].sort();
}

const named = (status: number) =>
  (Object.keys(problems) as ProblemName[])
    .filter((name) => problems[name].status === status)
    .map((name) => `\`${name}\``)
    .join(' or ');

const words = (status: string) => ({ '200': 'Done.', '201': 'Made.' })[status] ?? 'See the schema.';

const tag = (path: string) => path.match(/^\/v1\/([\w-]+)/)?.[1] ?? 'service';

function needs(definition: Definition): string {
  const { role, person } = definition;
  if (role === 'public' || role === 'optional') return '';
  if (role === 'known') return person ? 'For any session; an API key cannot do it.' : 'For any session or key.';
  const key = person
    ? 'a person must be logged in, an API key cannot do it'
    : `an API key the scope \`${scopeOf(definition)}\` too`;
  return `Needs the role \`${role}\`; ${key}.`;
}
