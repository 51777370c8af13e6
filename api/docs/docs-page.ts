import { escapeHtml } from '../http/page.ts';
import { type ProblemName, problems, problemType } from '../http/problem.ts';
import type { describeApi } from './openapi.ts';

type Document = ReturnType<typeof describeApi>;

interface Operation {
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: unknown }[];
  requestBody?: { content?: Record<string, { schema?: unknown }> };
  responses?: Record<string, { description?: string; content?: Record<string, { schema?: unknown }> }>;
}

/** The OpenAPI document as a page to read; no script and no outside request, so nothing to load and nobody told. */
export function docsPage(document: Document): string {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Operation>).map(([method, operation]) => ({ path, method, operation })),
  );
  const groups = Map.groupBy(operations, ({ operation }) => operation.tags?.[0] ?? 'service');
  const sections = [...groups].map(
    ([name, members]) => `<h2>${escapeHtml(name)}</h2>${members.map(showOperation).join('')}`,
  );
  return `<h1>Quixess Social: the HTTP API</h1>${introduction}${sections.join('')}
<h2 id="problems">Problems</h2>${showProblems()}
<h2>Shapes</h2>${Object.entries(document.components?.schemas ?? {})
    .map(showShape)
    .join('')}`;
}

const introduction = `<p>JSON in <code>camelCase</code>; times in ISO 8601 UTC. Callers log in with <code>POST /v1/session</code> (a cookie; requests that
change something then need an <code>Origin</code> header equal to this address) or send <code>Authorization: Bearer</code> with an API key.
An <code>Idempotency-Key</code> makes a POST safe to repeat for 24 hours. Lists take <code>limit</code> and <code>cursor</code>.</p>
<p>The same as OpenAPI 3.1: <a href="/openapi.json">/openapi.json</a>. What can go wrong: <a href="#problems">problems</a>.</p>`;

function showOperation({ path, method, operation }: { path: string; method: string; operation: Operation }): string {
  const { summary = '', description = '', parameters = [], requestBody, responses = {} } = operation;
  const rows = parameters.map(
    (parameter) =>
      `<tr><td><code>${escapeHtml(parameter.name)}</code></td><td class="quiet">${parameter.in}${parameter.required ? ', required' : ''}</td><td>${prose(parameter.description)} ${showType(undescribed(parameter.schema))}</td></tr>`,
  );
  const body = Object.entries(requestBody?.content ?? {}).map(
    ([type, { schema }]) => `<p>Body, <code>${escapeHtml(type)}</code>: ${showType(schema)}</p>`,
  );
  const answers = Object.entries(responses).map(
    ([status, answer]) =>
      `<tr><td><b>${status}</b></td><td>${prose(answer.description)} ${Object.values(answer.content ?? {})
        .map(({ schema }) => showType(schema))
        .join(' ')}</td></tr>`,
  );
  return `<details><summary><b>${method.toUpperCase()}</b> <code>${escapeHtml(path)}</code> <span class="quiet">${prose(summary)}</span></summary>
<p>${prose(description).replaceAll('\n\n', '<br>')}</p>${rows.length ? `<table>${rows.join('')}</table>` : ''}${body.join('')}<table>${answers.join('')}</table></details>`;
}

/** What stands between backticks is code. */
const prose = (text = '') => escapeHtml(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');

/** Of a parameter, whose description is beside it. */
function undescribed(schema: unknown): unknown {
  const { description: _, ...type } = (schema ?? {}) as { description?: string };
  return type;
}

/** A reference becomes a link; anything else is shown as the schema it is. */
function showType(schema: unknown): string {
  if (!schema) return '';
  const reference = (schema as { $ref?: string }).$ref?.split('/').pop();
  if (reference) return `<a href="#${escapeHtml(reference)}">${escapeHtml(reference)}</a>`;
  const text = JSON.stringify(schema);
  return text.length < 60
    ? `<code>${escapeHtml(text)}</code>`
    : `<pre>${escapeHtml(JSON.stringify(schema, null, 1))}</pre>`;
}

const showShape = ([name, schema]: [string, unknown]) =>
  `<details id="${escapeHtml(name)}"><summary>${escapeHtml(name)}</summary><pre>${escapeHtml(JSON.stringify(schema, null, 1))}</pre></details>`;

const showProblems = () =>
  `<table>${(Object.keys(problems) as ProblemName[])
    .map((name) => {
      const { status, title, meaning } = problems[name];
      return `<tr id="${name}"><td><code>${problemType(name)}</code></td><td>${status}</td><td>${prose(title)}. ${prose(meaning)}</td></tr>`;
    })
    .join('')}</table>`;
