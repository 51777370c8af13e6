import { existsSync, readdirSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { incomingParts } from '../../api/http/incoming-parts.ts';
import type { Problem } from '../../api/http/problem.ts';
import { eventually } from '../stack/eventually.ts';
import { type Api, type Person, startApiFor } from './api.ts';
import { images } from './seed.ts';

let api: Api;
let tenant: string;
let editor: Person;
let neighbour: Person;
beforeAll(async () => {
  ({ api, tenant, person: editor } = await startApiFor('editor'));
  neighbour = await api.person(await api.fresh.tenant(), 'editor');
});
afterAll(() => api.stop());

const incoming = () => {
  const folder = join(api.config.MEDIA_DIR, '.incoming');
  return existsSync(folder) ? readdirSync(folder) : [];
};

test('a body that comes byte by byte has its time, too', async () => {
  const cut = Promise.withResolvers<boolean>();
  const server = createServer(async (incoming, response) => {
    try {
      for await (const _ of incomingParts(incoming, 500)) incoming.setTimeout(0);
      response.end();
      cut.resolve(false);
    } catch {
      cut.resolve(true);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const slow = request({ host: '127.0.0.1', port, method: 'POST', headers: { 'content-length': '1000000' } });
  slow.on('error', () => undefined);
  const drip = setInterval(() => slow.write('{'), 20);
  expect(await cut.promise).toBe(true);
  clearInterval(drip);
  slow.destroy();
  await new Promise((resolve) => server.close(resolve));
});

test('a tenant whose uploads do not end is told to wait with the next; others are not kept from theirs', async () => {
  const owner = await api.person(tenant, 'owner');
  const key = await owner.client.post<{ secret: string }>('/v1/api-keys', { name: 'Uploader', role: 'editor' });
  const headers = { authorization: `Bearer ${key.body.secret}`, 'content-length': '1000' };
  const port = Number(new URL(api.url).port);
  const begin = () => {
    const upload = request({ host: '127.0.0.1', port, method: 'POST', path: '/v1/media', headers, agent: false });
    upload.on('error', () => undefined);
    upload.write(images.png);
    return upload;
  };
  const endless = Array.from({ length: 16 }, begin);
  await eventually(() => incoming().length === endless.length, { what: 'all uploads to have begun' });
  const refused = await editor.client.post<Problem>('/v1/media', images.gif);
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('5');
  expect((await neighbour.client.post('/v1/media', images.gif)).status).toBe(201);
  for (const upload of endless) upload.destroy();
  const taken = () => editor.client.post('/v1/media', images.gif);
  await eventually(async () => (await taken()).status === 201, { what: 'the next to be taken' });
});
