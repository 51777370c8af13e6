import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import pg from 'pg';
import { GraphClient } from '../../activities/graph/client.ts';
import { withDatabase } from '../../db/admin.ts';
import type { Person } from '../connection/person.ts';
import type { Stack } from '../stack/stack.ts';
import { type Lateness, lateness } from './lateness.ts';
import { appIdentity, pageTokens } from './page-tokens.ts';

export interface Peer {
  name: 'pgBoss' | 'graphileWorker';
  module: string;
  /** Settings to try: the peer is shown with the best of them. */
  settings: readonly Record<string, number>[];
}

/** One call that a job makes. */
export interface CommitCall {
  draft: string;
  token: string;
}

export interface PeerRun {
  appId: string;
  appSecret: string;
  databaseUrl: string;
  graphUrl: string;
  settings: Record<string, number>;
  dueAtMs: number;
  calls: CommitCall[];
}

const peers: readonly Peer[] = [
  {
    name: 'pgBoss',
    module: 'peer-pg-boss.ts',
    settings: [
      { workers: 10, batch: 100 },
      { workers: 20, batch: 50 },
      { workers: 5, batch: 50 },
    ],
  },
  {
    name: 'graphileWorker',
    module: 'peer-graphile-worker.ts',
    settings: [
      { concurrency: 100, queue: 0 },
      { concurrency: 250, queue: 500 },
      { concurrency: 500, queue: 1_000 },
    ],
  },
];

/** Long enough to insert a thousand jobs, and to be quiet again. */
const leadMs = 15_000;

/** The same call by job queues: jobs of one instant, in a process of their own, on a database of their own. */
export async function measurePeers(
  stack: Stack,
  person: Person,
  posts: number,
  say: (line: string) => void,
): Promise<Record<string, { lateMs: Lateness; settings: Record<string, number> }>> {
  const best: Record<string, { lateMs: Lateness; settings: Record<string, number> }> = {};
  for (const { name, module, settings } of peers)
    for (const setting of settings) {
      const lateMs = await measure(stack, person, { module, setting, posts });
      say(`${name} ${JSON.stringify(setting)}: late by ${JSON.stringify(lateMs)} ms.`);
      if (lateMs.p99 < (best[name]?.lateMs.p99 ?? Number.POSITIVE_INFINITY)) best[name] = { lateMs, settings: setting };
    }
  return best;
}

async function measure(
  stack: Stack,
  person: Person,
  { module, setting, posts }: { module: string; setting: Record<string, number>; posts: number },
): Promise<Lateness> {
  const calls = await makeDrafts(stack, person, posts);
  const drafts = new Set(calls.map(({ draft }) => draft));
  const dueAtMs = Math.ceil((Date.now() + leadMs + posts * 5) / 1_000) * 1_000;
  const peer = fork(join(import.meta.dirname, module), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  try {
    const databaseUrl = await freshDatabase(stack.control.provisionerUrl);
    peer.send({
      ...appIdentity(stack),
      databaseUrl,
      graphUrl: stack.urls.simulator,
      settings: setting,
      dueAtMs,
      calls,
    } satisfies PeerRun);
    await done(peer);
    return await lateness(stack.simulator, { isOurs: ({ id }) => drafts.has(id), count: posts, dueAtMs });
  } finally {
    peer.kill('SIGKILL');
  }
}

async function done(peer: ChildProcess): Promise<void> {
  const ended = once(peer, 'exit').then(() => Promise.reject(new Error('The peer ended before its jobs')));
  await Promise.race([once(peer, 'message'), ended]);
}

async function makeDrafts(stack: Stack, person: Person, posts: number): Promise<CommitCall[]> {
  const graph = new GraphClient({ graphUrl: stack.urls.simulator, ...appIdentity(stack) });
  try {
    const pages = await pageTokens(stack, graph, person);
    const calls: CommitCall[] = [];
    for (let n = 0; n < posts; n++) {
      const page = pages[n % pages.length];
      if (!page) throw new Error('The person has no Page');
      const params = { message: `Draft ${n}`, published: false };
      const path = `/${page.id}/feed`;
      const made = await graph.call<{ id: string }>({ method: 'POST', path, token: page.token, params });
      if (!made.ok) throw new Error('A draft could not be made');
      calls.push({ draft: made.data.id, token: page.token });
    }
    return calls;
  } finally {
    await graph.close();
  }
}

async function freshDatabase(provisionerUrl: string): Promise<string> {
  const name = `peer_${randomBytes(6).toString('hex')}`;
  const client = new pg.Client({ connectionString: provisionerUrl });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  return withDatabase(provisionerUrl, name);
}
