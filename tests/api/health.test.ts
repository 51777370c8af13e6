import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { queues } from '../../workflows/queues.ts';
import { eventually } from '../stack/eventually.ts';
import { type Api, startApi } from './api.ts';

interface Findings {
  ready: boolean;
  database: boolean;
  temporal: boolean;
  queues: Record<string, boolean>;
}

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const ready = (of = api) => of.stranger().get<Findings>('/readyz');

test('it is ready when a worker polls every task queue, and not before', async () => {
  const before = await ready();
  expect(before.status).toBe(503);
  expect(before.body).toEqual({
    ready: false,
    database: true,
    temporal: true,
    queues: { connection: false, publish: false, commit: false },
  });

  const connection = await Connection.connect({ address: api.config.TEMPORAL_ADDRESS });
  const { workflowService } = new Client({ connection });
  const namespace = api.config.TEMPORAL_NAMESPACE;
  // Left open on purpose: an open poll is what a worker is to Temporal.
  const over = new AbortController();
  const open = (kind: 'workflow' | 'activity', name: string) => {
    const asked = { namespace, taskQueue: { name }, identity: 'a worker' };
    const poll = async (): Promise<unknown> =>
      kind === 'workflow' ? workflowService.pollWorkflowTaskQueue(asked) : workflowService.pollActivityTaskQueue(asked);
    const deadline = Date.now() + 60_000;
    return connection
      .withDeadline(deadline, () => connection.withAbortSignal(over.signal, poll))
      .catch(() => undefined);
  };
  const polls = [open('workflow', queues.connection), open('activity', queues.connection)];
  polls.push(open('workflow', queues.publish), open('activity', queues.publish));
  const half = await eventually(async () => {
    const { body } = await ready();
    return body.queues.connection && body.queues.publish && body;
  });
  expect(half).toMatchObject({ ready: false, queues: { connection: true, publish: true, commit: false } });

  polls.push(open('activity', queues.commit));
  const whole = await eventually(async () => {
    const answer = await ready();
    return answer.status === 200 && answer.body;
  });
  expect(whole.ready).toBe(true);
  over.abort();
  await Promise.all(polls);
  await connection.close();
});

test('it is alive while nothing else is, and says what is missing', async () => {
  const lonely = await startApi({
    TEMPORAL_ADDRESS: '127.0.0.1:1',
    API_DATABASE_URL: 'postgres://user:word@127.0.0.1:1/nowhere',
  });
  try {
    expect(await lonely.stranger().get('/healthz')).toMatchObject({ status: 200, body: { alive: true } });
    const startedMs = performance.now();
    const { status, body } = await ready(lonely);
    expect(status).toBe(503);
    expect(body).toMatchObject({ ready: false, database: false, temporal: false });
    expect(performance.now() - startedMs).toBeLessThan(15_000);
  } finally {
    await lonely.stop();
  }
});

test('figures are by route and status, without an id of anybody', async () => {
  const { client, id } = await api.person(await api.fresh.tenant(), 'owner');
  await client.get('/v1/posts/0199b1f2-7c3d-7a10-8b5e-000000000001');
  await client.get('/canary-path');
  const { body, headers } = await api.stranger().get<string>('/metrics');
  expect(headers.get('content-type')).toContain('text/plain');
  expect(body).toContain('api_requests_total{method="GET",route="/v1/posts/:id",status="404"} 1');
  expect(body).toContain('api_request_seconds_bucket');
  expect(body).not.toMatch(/canary|0199b1f2/);
  expect(body).not.toContain(id);
});
