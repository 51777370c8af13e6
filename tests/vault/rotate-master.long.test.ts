import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { sealToIntake } from '../../db/vault/intake.ts';
import { VaultError } from '../../db/vault/vault.ts';
import { Watchdog } from '../../deploy/local/watchdog.ts';
import { sayJson } from '../ops/say.ts';
import { freePort } from '../stack/free-port.ts';
import { Processes } from '../stack/processes.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { mainIn } from '../stack/startables.ts';
import { fill, keepReading, openVault, readToken } from './sealed.ts';

interface Keys {
  tenants: { tenant: string; masters: string[] }[];
  findings: { about: string }[];
}

const nextKey = randomBytes(32).toString('base64');
let stack: Stack;
let processes: Processes<'worker'>;
let watchdog: Watchdog;

// What an operator does first: new and former master key for every worker and for the command line.
beforeAll(async () => {
  stack = await startStack({ start: [] });
  const folder = mkdtempSync(join(tmpdir(), 'quixess-rotate-'));
  watchdog = new Watchdog(folder);
  const port = await freePort();
  const env = { ...stack.env.worker, ...rotating(), WORKER_PORT: String(port) };
  processes = new Processes(watchdog, {
    worker: mainIn(folder, { name: 'worker', main: 'workers/main.ts', env, port }),
  });
});
afterAll(async () => {
  await processes?.stopAll([]);
  await watchdog?.close();
  await stack?.stop();
});

const rotating = () => ({ MASTER_KEY: nextKey, MASTER_KEY_PREVIOUS: stack.control.masterKey });
const ops = <T>(...args: string[]) =>
  sayJson<T>({ ...stack.env.ops, ...rotating(), LOCAL_DIR: '/nonexistent' }, ...args);

test('a new master key takes over under load, and the former one opens nothing any more', async () => {
  const { control } = stack;
  const before = await openVault(control, control);
  const tenants = await Promise.all([control.tenant(), control.tenant(), control.tenant()]);
  const credentials = await Promise.all(tenants.map((tenant) => fill(before, tenant, 20)));
  const [tenant = '', [credential = ''] = []] = [tenants[0], credentials[0]];
  const place = { tenant, table: 'authorizations', row: uuidv7(), column: 'code_sealed' };
  const code = await sealToIntake(control.intakePublicKey, place, 'a code');

  const both = await openVault(control, { masterKey: nextKey, previousMasterKey: control.masterKey });
  const readers = tenants.map((one, index) => keepReading(both, one, credentials[index] ?? [], 1));
  for (const { stop } of readers) onTestFinished(stop);
  const untouched = await ops<Keys>('keys');
  expect(untouched.code).toBe(4);
  expect(new Set(untouched.said.tenants.flatMap(({ masters }) => masters))).toEqual(new Set(['previous']));

  await processes.start('worker');
  const rotated = await ops<{ asked: number; left: number; intakePublicKey: string }>(
    'keys',
    'rotate-master',
    '--wait',
  );
  expect(rotated).toMatchObject({ code: 0, said: { left: 0, intakePublicKey: both.vault.intakePublicKey } });
  // The demo tenant is one more.
  expect(rotated.said.asked).toBe(4);
  const after = await ops<Keys>('keys');
  expect(after).toMatchObject({ code: 0, said: { findings: [] } });
  expect(new Set(after.said.tenants.flatMap(({ masters }) => masters))).toEqual(new Set(['current']));
  expect((await ops<{ asked: number }>('keys', 'rotate-master')).said.asked).toBe(0);

  for (const reading of readers) await reading.stop();
  expect(readers.flatMap(({ failures }) => failures)).toEqual([]);
  for (const { opened } of readers) expect(opened).toBeGreaterThan(10);
  expect(both.vault.openIntake(place, code)).toBe('a code');

  const next = await openVault(control, { masterKey: nextKey });
  for (const [index, one] of tenants.entries())
    for (const id of credentials[index] ?? []) await readToken(next, one, id);
  const former = await openVault(control, control);
  await expect(readToken(former, tenant, credential)).rejects.toThrow(VaultError);
  expect(() => next.vault.openIntake(place, code)).toThrow(VaultError);
  await Promise.all([before, both, next, former].map((open) => open.close()));
});
