import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lastBackAt, markOutagesTold, notePresence, untoldOutages } from '../../db/control/presence.ts';
import { connectionId } from '../../workflows/ids.ts';
import { waiting } from '../../workflows/messages.ts';
import { nudge } from '../../workflows/nudge.ts';
import { newPerson, type Person } from '../connection/person.ts';
import { Tenant } from '../connection/tenant.ts';
import { credentialsOf } from '../policy/canaries.ts';
import { withTemporal } from '../stack/as-worker.ts';
import { type FreshControl, freshControl } from '../stack/database.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';

const minuteMs = 60_000;
const spreadMs = 20 * minuteMs;

let stack: Stack;
let fresh: FreshControl;

beforeAll(async () => {
  [stack, fresh] = await Promise.all([startStack(), freshControl()]);
});
afterAll(async () => {
  await fresh?.close();
  await stack?.stop();
});

/** Nobody of that kind has been there for so long. */
const silent = async ({ control }: FreshControl, part: 'api' | 'worker', minutes: number) =>
  void (await sql`update presence set seen_at = seen_at - make_interval(mins => ${minutes}) where part = ${part}`.execute(
    control,
  ));

test('who was away for over an hour is back, whichever part it was; a short silence is none', async () => {
  const { control } = fresh;
  for (const part of ['api', 'worker'] as const) {
    await notePresence(control, part);
    await silent(fresh, part, 59);
    await notePresence(control, part);
    expect(await untoldOutages(control)).toEqual([]);
    await silent(fresh, part, 61);
    await notePresence(control, part);
    await notePresence(control, part);
    expect(await untoldOutages(control)).toEqual([part]);
    expect(Date.now() - Number(await lastBackAt(control))).toBeLessThan(minuteMs);
    await markOutagesTold(control, [part]);
    expect(await untoldOutages(control)).toEqual([]);
  }
});

test('after an outage of ours every connection is looked at again, and what Meta has stopped to tell us is asked for anew', async () => {
  const tenant = await Tenant.begin(stack);
  const person = await newPerson(stack.simulator, [{ name: 'Bakery' }]);
  const id = connectionId(tenant.id, await tenant.connect(person, ['Bakery']));
  await unsubscribeAtMeta(person);
  expect(await tenant.subscribed(person, 'Bakery')).toBe(false);

  await stack.processes.kill('api');
  await silent(stack.control, 'api', 61);
  await stack.processes.start('api');
  const backAt = await eventually(() => lastBackAt(stack.control.control), { what: 'the API to be noted as back' });
  // The next worker need not wait until the lease of the one that was killed has lapsed.
  await stack.processes.kill('worker');
  await stack.control.control.deleteFrom('leases').execute();
  await stack.processes.start('worker');
  const untilMs = () =>
    withTemporal(stack, async (client) => (await client.workflow.getHandle(id).query(waiting)).untilMs ?? 0);
  await eventually(async () => (await untilMs()) < backAt.getTime() + spreadMs, {
    what: 'the connection to be looked at within 20 minutes',
  });

  await sql`update presence set back_at = back_at - make_interval(secs => ${spreadMs / 1_000})`.execute(
    stack.control.control,
  );
  const before = { created_at: new Date(backAt.getTime() - 2 * spreadMs) };
  await tenant.rows((db) => db.updateTable('connections').set(before).execute());
  await withTemporal(stack, (client) => nudge(client, id));
  await eventually(() => tenant.subscribed(person, 'Bakery'), { what: 'the subscription' });
});

async function unsubscribeAtMeta({ pages }: Person): Promise<void> {
  const path = `${stack.urls.simulator}/v26.0/${pages[0]?.id}/subscribed_apps`;
  for (const { token } of await credentialsOf(stack))
    await fetch(path, { method: 'DELETE', headers: { authorization: `Bearer ${token}` } });
}
