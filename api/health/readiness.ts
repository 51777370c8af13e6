import type { Client } from '@temporalio/client';
import { sql } from 'kysely';
import type { ControlDb } from '../../db/control/connect.ts';
import { queues } from '../../workflows/queues.ts';

const KEPT_MS = 3_000;
const CHECK_MAX_MS = 2_000;
/** A poll lasts up to a minute; the server lists pollers for five, so who has not polled since is gone. */
const POLLER_ALIVE_MS = 75_000;

const WORKFLOW_TASKS = 1;
const ACTIVITY_TASKS = 2;

const polled = [
  { queue: queues.connection, types: [WORKFLOW_TASKS, ACTIVITY_TASKS] },
  { queue: queues.publish, types: [WORKFLOW_TASKS, ACTIVITY_TASKS] },
  { queue: queues.commit, types: [ACTIVITY_TASKS] },
];

export interface Findings {
  ready: boolean;
  database: boolean;
  temporal: boolean;
  /** Whether a worker polls each task queue. */
  queues: Record<string, boolean>;
}

/** Whether everything that a request leads to is there. Looked up at most every few seconds, however often it is asked. */
export class Readiness {
  readonly #control: ControlDb;
  readonly #temporal: Client;
  #last: { atMs: number; findings: Promise<Findings> } | undefined;

  constructor(control: ControlDb, temporal: Client) {
    this.#control = control;
    this.#temporal = temporal;
  }

  look(): Promise<Findings> {
    const nowMs = performance.now();
    if (!this.#last || nowMs - this.#last.atMs > KEPT_MS) this.#last = { atMs: nowMs, findings: this.#find() };
    return this.#last.findings;
  }

  async #find(): Promise<Findings> {
    const [database, perQueue] = await Promise.all([
      holds(() => sql`select 1`.execute(this.#control)),
      Promise.all(polled.map(async ({ queue, types }) => [queue, await this.#pollers(queue, types)] as const)),
    ]);
    const temporal = perQueue.every(([, found]) => found !== undefined);
    const found = Object.fromEntries(perQueue.map(([queue, polls]) => [queue, polls ?? false]));
    return { ready: database && temporal && Object.values(found).every(Boolean), database, temporal, queues: found };
  }

  /** @returns undefined when Temporal does not answer */
  async #pollers(queue: string, types: readonly number[]): Promise<boolean | undefined> {
    let found = true;
    const answered = await holds(async () => {
      for (const type of types) found &&= await this.#polls(queue, type);
    });
    return answered ? found : undefined;
  }

  async #polls(queue: string, taskQueueType: number): Promise<boolean> {
    const { namespace } = this.#temporal.options;
    const { pollers } = await this.#temporal.withDeadline(Date.now() + CHECK_MAX_MS, () =>
      this.#temporal.workflowService.describeTaskQueue({ namespace, taskQueue: { name: queue }, taskQueueType }),
    );
    return (pollers ?? []).some(
      ({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1_000 > Date.now() - POLLER_ALIVE_MS,
    );
  }
}

/** Whether something answers, in time. Why not is for that part's own log. */
async function holds(look: () => Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), CHECK_MAX_MS);
  });
  const answered = look().then(
    () => true,
    () => false,
  );
  return Promise.race([answered, late]).finally(() => clearTimeout(timer));
}
