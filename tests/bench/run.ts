import { availableParallelism, cpus, totalmem } from 'node:os';
import { askedFor } from '../stack/command-line.ts';
import { readAsked } from './asked.ts';
import { Missed } from './missed.ts';

export type Figures = Record<string, number | string | object>;

/** A bench starts what it needs on free ports, stops it, and answers its figures. */
export type Bench = (say: (line: string) => void, asked: Asked) => Promise<Figures>;

interface Asked {
  /** Absent: as many as the bench thinks right. */
  posts?: number;
}

const benches: Record<string, () => Promise<{ bench: Bench }>> = {
  connections: () => import('./connections.ts'),
  due: () => import('./due.ts'),
  idle: () => import('./idle.ts'),
  kills: () => import('./kills.ts'),
  media: () => import('./media.ts'),
  outage: () => import('./outage.ts'),
  publish: () => import('./publish.ts'),
  start: () => import('./start.ts'),
};

async function run(): Promise<void> {
  const { name, bench: load, json, ...asked } = askedFor((args) => readAsked(args, benches));
  const { bench } = await load();
  const measured = await bench((line) => console.error(line), asked).catch(failed);
  const figures = { bench: name, ...measured, machine: machine() };
  console.log(json ? JSON.stringify(figures) : figures);
}

function failed(cause: unknown): Figures {
  if (!(cause instanceof Missed)) throw cause;
  console.error(cause.message);
  process.exitCode = 1;
  return cause.figures;
}

const machine = () => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  memoryGiB: Math.round(totalmem() / 1024 ** 3),
  node: process.version,
  platform: `${process.platform}-${process.arch}`,
});

await run();
