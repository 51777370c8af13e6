import { Context } from '@temporalio/activity';
import type { temporal } from '@temporalio/proto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { connectionActivities } from '../../activities/connection/index.ts';
import type { ConnectionParts } from '../../activities/connection/parts.ts';
import { discreet } from '../../activities/failures.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { workflowBundle } from '../../workers/bundle.ts';
import { connectionId } from '../../workflows/ids.ts';
import { nudge } from '../../workflows/nudge.ts';
import { queues } from '../../workflows/queues.ts';
import { searchAttributes } from '../../workflows/search-attributes.ts';
import { timeSkipping } from '../stack/time-skipping.ts';
import { chooseAll } from './connected.ts';
import { type Person, setClock } from './person.ts';
import type { Place } from './place.ts';

export const dayMs = 86_400_000;
/** IndexedValueType KEYWORD of Temporal's API. */
const keyword = 2;

type Activities = ReturnType<typeof connectionActivities>;
type Name = keyof Activities;

/** Something that the workflow had done, at its own time. */
interface Step {
  name: Name;
  nowMs: number;
  day: number;
  outcome: unknown;
  /** What it was told, beside whom it is about and when. */
  asked?: { what: string; daysLeft: number };
}

export interface Life {
  tenant: string;
  connection: string;
  beganMs: number;
  steps: Step[];
  of(name: Name): Step[];
  /** Of each run of the workflow. */
  histories: temporal.api.history.v1.IHistory[];
  historyLengths: number[];
}

export interface Plan {
  person: Person;
  days: number;
  parts?: Partial<ConnectionParts>;
  /** Before anything that happens at a time: the weather at Meta. */
  before?(day: number, life: Life): Promise<void>;
  /** After a step. */
  after?(step: Step, life: Life & { logIn(nowMs: number): Promise<void> }): Promise<void>;
}

export async function skippingServer(): Promise<TestWorkflowEnvironment> {
  const skipping = await timeSkipping();
  const attributes = Object.values(searchAttributes).map(({ name }) => [name, keyword]);
  await skipping.connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: Object.fromEntries(attributes),
  });
  return skipping;
}

/**
 * Lives the life of a connection from the login on for so many days, with the workflow as it is, real activities, and a Meta whose clock follows.
 * A member chooses every account that is found.
 */
export async function live(place: Place, skipping: TestWorkflowEnvironment, plan: Plan): Promise<Life> {
  const tenant = await place.control.tenant();
  const parts = { ...place.parts, temporal: skipping.client, ...plan.parts };
  const act = connectionActivities(parts);
  const runs = new Set<string>();
  const beganMs = await skipping.currentTimeMs();
  const steps: Step[] = [];
  const of = (name: Name) => steps.filter((step) => step.name === name);
  const life: Life = { tenant, connection: '', beganMs, steps, of, histories: [], historyLengths: [] };
  const rows = <T>(work: (db: TenantDb) => Promise<T>) => parts.tenants.use(tenant, work);

  // What a test finds wrong ends the test, and not an activity, which would be repeated.
  const found: unknown[] = [];
  const noting = async (look: () => Promise<void> | undefined) => {
    await look()?.catch((error: unknown) => void found.push(error));
  };
  const logIn = async (nowMs: number) => {
    await setClock(place.simulator, nowMs - Date.now());
    const authorization = await place.returned(tenant, plan.person);
    await act.exchangeCode({ tenant, authorization, nowMs });
  };
  const choose = async () => {
    await rows((db) => chooseAll(db, life.connection));
    await nudge(skipping.client, connectionId(tenant, life.connection));
  };
  // It ends as if a member had disconnected it, but its rows stay: a test wants to look at them.
  let ended = false;
  const farewell: Record<string, unknown> = {
    keepUp: { is: 'erasing', wanted: 0 },
    readConnection: { is: 'erasing', wanted: 0 },
    leaveConnection: true,
  };

  const lived = Object.entries(act).map(([name, activity]) => [
    name,
    async (ref: { nowMs?: number; what?: string; daysLeft?: number }) => {
      runs.add(Context.current().info.workflowExecution?.runId ?? '');
      const { nowMs } = ref;
      if (nowMs !== undefined) {
        await setClock(place.simulator, nowMs - Date.now());
        await noting(() => plan.before?.((nowMs - beganMs) / dayMs, life));
        ended ||= nowMs - beganMs >= plan.days * dayMs;
      }
      if (ended) return farewell[name];
      const outcome = await (activity as (ref: unknown) => Promise<unknown>)(ref);
      if (name === 'discoverAccounts') await choose();
      if (nowMs === undefined) return outcome;
      const step: Step = { name: name as Name, nowMs, day: (nowMs - beganMs) / dayMs, outcome };
      if (ref.what !== undefined) step.asked = { what: ref.what, daysLeft: ref.daysLeft ?? 0 };
      steps.push(step);
      await noting(() => plan.after?.(step, { ...life, logIn }));
      return outcome;
    },
  ]);
  const worker = await Worker.create({
    connection: skipping.nativeConnection,
    taskQueue: queues.connection,
    workflowBundle: { codePath: await workflowBundle() },
    activities: discreet(Object.fromEntries(lived)),
  });
  await worker.runUntil(async () => {
    await logIn(beganMs);
    const row = await rows((db) => db.selectFrom('connections').select('id').executeTakeFirstOrThrow());
    life.connection = row.id;
    await skipping.client.workflow.getHandle(connectionId(tenant, row.id)).result();
  });
  if (found.length) throw found[0];
  const { workflow } = skipping.client;
  for (const runId of runs) {
    const history = await workflow.getHandle(connectionId(tenant, life.connection), runId).fetchHistory();
    life.histories.push(history);
    life.historyLengths.push(history.events?.length ?? 0);
  }
  return life;
}
