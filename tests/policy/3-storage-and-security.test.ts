import { afterAll, beforeAll, expect, test } from 'vitest';
import { Page } from '../publish/page.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { type Credential, credentialsOf, histories, metaIdsOf, sightings, type Written } from './canaries.ts';
import { publishEveryForm } from './every-form.ts';

const canary = (what: string) => `CANARY-${what}-7f3a9c`;
const words = {
  person: canary('person'),
  page: canary('page'),
  instagram: 'canary_instagram_7f3a9c',
  text: canary('text'),
  link: `https://example.com/${canary('link')}`,
  altText: canary('alt'),
  key: canary('idempotency'),
  metaMessage: canary('meta-message'),
  firstComment: canary('first-comment'),
  username: 'canary.username.7f3a9c',
  placeMetaId: '10666000077777001',
  photographer: canary('photographer'),
};
const personMetaId = '10229990000777001';
const pageMetaId = '61559990000777001';
const instagramMetaId = '17849990000777001';
const photographerMetaId = '10229990000777002';

let stack: Stack;
let page: Page;
let credentials: Credential[];
let tokens: string[];
let metaIds: string[];
let written: Written[];

// A full run: connected, published with and without faults, refused, held, with canaries wherever somebody's data can be.
beforeAll(async () => {
  stack = await startStack({ env: { WITNESS_DELAY_FACTOR: '0.2', LOG_LEVEL: 'debug' } });
  await stack.simulator.ask('POST', '/sim/users', {
    id: personMetaId,
    name: words.person,
    pages: [{ name: words.page, id: pageMetaId }],
  });
  await stack.simulator.ask('POST', '/sim/users', {
    id: photographerMetaId,
    name: words.photographer,
    pages: [{ name: words.photographer, instagram: { username: words.instagram, id: instagramMetaId } }],
  });
  page = await Page.connect(stack, personMetaId);
  const media = [{ id: await page.upload(), altText: words.altText }];
  const published = await page.schedule({ text: words.text, media, key: words.key });
  await page.becomes(published, 'published');
  await stack.simulator.fault({ call: 'publish', then: 'dropAnswer' });
  const witnessed = await page.schedule({ text: `${words.text} again`, link: words.link });
  await page.becomes(witnessed, 'published');
  await stack.simulator.fault({ call: 'createPost', then: 'refuse', code: 100, message: words.metaMessage });
  await page.becomes(await page.schedule({ text: `${words.text} refused` }), 'failed');
  await stack.simulator.fault({ call: 'createPost', then: 'refuse', code: 1, message: words.metaMessage, times: 2 });
  await page.becomes(await page.schedule({ text: `${words.text} retried` }), 'published');
  const instagram = await Page.connect(stack, photographerMetaId, 'instagram');
  await publishEveryForm(stack, { page, instagram }, words);
  // The last step discards what Meta proves dead: until then the tokens are there to be looked for.
  credentials = await credentialsOf(stack);
  tokens = credentials.map(({ token }) => token);
  await stack.simulator.fault({ call: 'createPost', then: 'tokenDead', subcode: 460 });
  await page.becomes(await page.schedule({ text: `${words.text} held` }), 'held');
  await page.becomes(await page.schedule({ text: `${words.text} waiting`, dueInMs: 3_600_000 }), 'scheduled');
  metaIds = await metaIdsOf(stack);
  written = await histories(stack);
});

afterAll(() => stack?.stop());

const secrets = () => [
  ...tokens,
  ...Object.values(words),
  personMetaId,
  pageMetaId,
  instagramMetaId,
  photographerMetaId,
  ...metaIds,
  'demo-quixess-social',
];

test('3.2 the run that is looked at really held tokens and ran every workflow', () => {
  expect(tokens.length).toBeGreaterThanOrEqual(4);
  expect(metaIds.length).toBeGreaterThan(20);
  for (const kind of ['authorization:', 'connection:', 'publish:'])
    expect(written.filter(({ where }) => where.startsWith(kind))).not.toEqual([]);
});

test('3.2 no token, name, text, key or id of Meta is in any workflow history', () => {
  expect(sightings(written, secrets())).toEqual([]);
});

test('3.2 no token, name, text or key is in any log', () => {
  const logs = (['worker', 'api'] as const).map((name) => ({ where: `${name}.log`, text: stack.processes.log(name) }));
  for (const { text } of logs) expect(text.length).toBeGreaterThan(500);
  expect(sightings(logs, secrets())).toEqual([]);
});

test('3.2 no answer of the API or of a metrics page holds a token, to its owner either', async () => {
  const paths = ['/v1/me', '/v1/connections', '/v1/accounts', '/v1/posts', '/metrics', '/openapi.json', '/readyz'];
  const { body } = await stack.member.get<{ items: { id: string }[] }>('/v1/connections');
  const one = body.items.map(({ id }) => `/v1/connections/${id}`);
  const { body: posts } = await stack.member.get<{ items: { id: string }[] }>('/v1/posts');
  const more = posts.items.flatMap(({ id }) => [`/v1/posts/${id}`, `/v1/posts/${id}/history`]);
  const answers: Written[] = [];
  for (const path of [...paths, ...one, ...more])
    answers.push({ where: path, text: JSON.stringify((await stack.member.get(path)).body) });
  const metrics = await fetch(`${stack.urls.worker}/metrics`);
  answers.push({ where: 'metrics of the worker', text: await metrics.text() });
  expect(JSON.stringify(answers)).toContain(words.text);
  expect(sightings(answers, tokens)).toEqual([]);
});

test('3.3 whoever is not a member of the tenant gets none of its data from any route', async () => {
  const { body } = await stack.member.get<{ items: { id: string; targets: { id: string }[] }[] }>('/v1/posts');
  const { body: accounts } = await stack.member.get<{ items: { id: string }[] }>('/v1/accounts');
  const { body: connections } = await stack.member.get<{ items: { id: string }[] }>('/v1/connections');
  const ids = [...body.items, ...accounts.items, ...connections.items].map(({ id }) => id);
  const { body: document } = await stack.stranger().get<{ paths: Record<string, object> }>('/openapi.json');
  const templates = Object.entries(document.paths).flatMap(([path, operations]) => ('get' in operations ? [path] : []));
  const paths = templates.flatMap((path) =>
    path.includes('{') ? ids.map((id) => path.replace(/\{\w+\}/, id)) : [path],
  );
  const answers: Written[] = [];
  for (const path of new Set(paths))
    answers.push({ where: path, text: JSON.stringify((await stack.stranger().get(path)).body) });
  expect(answers.length).toBeGreaterThan(20);
  expect(
    sightings(
      answers,
      secrets().filter((secret) => secret !== 'demo-quixess-social'),
    ),
  ).toEqual([]);
});

test('1.2.1 what stands in the tables is not the tokens', () => {
  const stands = credentials.map(({ sealed }) => ({ where: 'credentials', text: sealed.toString('latin1') }));
  expect(sightings(stands, tokens)).toEqual([]);
});
