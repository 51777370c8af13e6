import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import pg from 'pg';
import { withDatabase } from '../../db/admin.ts';
import type { Stack } from '../stack/stack.ts';
import { type CommitCall, makeDrafts } from './drafts.ts';
import { type Lateness, lateness } from './lateness.ts';
import { appIdentity } from './page-tokens.ts';

type Settings = Record<string, number>;

interface Peer {
  name: 'pgBoss' | 'graphileWorker';
  module: string;
  /** Settings to try: the peer is shown with the best of them. */
  settings: readonly Settings[];
  /** What the library does that was told nothing about it. */
  defaultPollMs: number;
}

export interface PeerRun {
  appId: string;
  appSecret: string;
  databaseUrl: string;
  graphUrl: string;
  settings: Settings;
  dueAtMs: number;
  calls: CommitCall[];
}

interface Measured {
  lateMs: Lateness;
  settings: Settings;
}

/**
 * Whoever wants jobs on the second lets them poll often: pg-boss not more often than twice a second, graphile-worker ten times. Left alone both
 * poll every two seconds, which is measured too.
 */
const peers: readonly Peer[] = [
  {
    name: 'pgBoss',
    module: 'peer-pg-boss.ts',
    settings: [
      { pollMs: 500, workers: 10, batch: 100 },
      { pollMs: 500, workers: 20, batch: 50 },
      { pollMs: 500, workers: 5, batch: 50 },
    ],
    defaultPollMs: 2_000,
  },
  {
    name: 'graphileWorker',
    module: 'peer-graphile-worker.ts',
    settings: [
      { pollMs: 100, concurrency: 100, queue: 0 },
      { pollMs: 100, concurrency: 250, queue: 500 },
      { pollMs: 100, concurrency: 500, queue: 1_000 },
    ],
    defaultPollMs: 2_000,
  },
];

/** Long enough to insert a thousand jobs, and to be quiet again. */
const leadMs = 15_000;

/** The same calls by job queues: jobs of one instant, in a process of their own, on a database of their own. */
export async function measurePeers(
  stack: Stack,
  size: { posts: number; accounts: number },
  say: (line: string) => void,
): Promise<Record<string, Measured & { atDefaultPolling: Lateness }>> {
  const all: Record<string, Measured & { atDefaultPolling: Lateness }> = {};
  for (const peer of peers) {
    const tried: Measured[] = [];
    const attempt = async (settings: Settings) => {
      const lateMs = await measure(stack, size, peer.module, settings);
      say(`${peer.name} ${JSON.stringify(settings)}: late by ${JSON.stringify(lateMs)} ms.`);
      return { lateMs, settings };
    };
    for (const settings of peer.settings) tried.push(await attempt(settings));
    const [best] = tried.sort((a, b) => a.lateMs.p99 - b.lateMs.p99);
    if (!best) throw new Error('A peer without settings');
    const { lateMs: atDefaultPolling } = await attempt({ ...best.settings, pollMs: peer.defaultPollMs });
    all[peer.name] = { ...best, atDefaultPolling };
  }
  return all;
}

async function measure(
  stack: Stack,
  size: { posts: number; accounts: number },
  module: string,
  settings: Settings,
): Promise<Lateness> {
  const calls = await makeDrafts(stack, size);
  const texts = new Set(calls.map(({ text }) => text));
  const dueAtMs = Math.ceil((Date.now() + leadMs + size.posts * 5) / 1_000) * 1_000;
  const peer = fork(join(import.meta.dirname, module), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  try {
    const databaseUrl = await freshDatabase(stack.control.provisionerUrl);
    peer.send({
      ...appIdentity(stack),
      databaseUrl,
      graphUrl: stack.urls.simulator,
      settings,
      dueAtMs,
      calls,
    } satisfies PeerRun);
    await done(peer);
    const isOurs = ({ words }: { words: string | null }) => texts.has(words ?? '');
    return await lateness(stack.simulator, { isOurs, count: size.posts, dueAtMs });
  } finally {
    peer.kill('SIGKILL');
  }
}

async function done(peer: ChildProcess): Promise<void> {
  const ended = once(peer, 'exit').then(() => Promise.reject(new Error('The peer ended before its jobs')));
  await Promise.race([once(peer, 'message'), ended]);
}

async function freshDatabase(provisionerUrl: string): Promise<string> {
  const name = `peer_${randomBytes(6).toString('hex')}`;
  const client = new pg.Client({ connectionString: provisionerUrl });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  return withDatabase(provisionerUrl, name);
}
