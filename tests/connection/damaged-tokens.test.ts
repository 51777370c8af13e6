import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { noneIfDamaged } from '../../activities/connection/credential.ts';
import { MasterKeyMissing, VaultError } from '../../db/vault/vault.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { newPerson } from './person.ts';
import { Tenant } from './tenant.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack?.stop());

/** Somebody's Pages are connected, and what was sealed of the login opens nowhere any more. */
async function damaged() {
  const tenant = await Tenant.begin(stack);
  const person = await newPerson(stack.simulator, [{ name: 'Bakery' }]);
  const connection = await tenant.connect(person, ['Bakery']);
  const flipped = sql<Buffer>`set_byte(token_sealed, 40, 255 - get_byte(token_sealed, 40))`;
  await tenant.rows((db) => db.updateTable('credentials').set({ token_sealed: flipped }).execute());
  return { tenant, connection };
}

test('a login that does not open is disconnected all the same, and it is said that Meta was not told', async () => {
  const { tenant, connection } = await damaged();
  expect((await tenant.disconnect(connection)).status).toBe(200);
  await eventually(async () => (await tenant.count('connections')) === 0, { what: 'the connection to be gone' });
  expect(await tenant.count('credentials')).toBe(0);
  const { body } = await tenant.owner.get<{ items: { words: string }[] }>('/v1/notices');
  expect(body.items.map(({ words }) => words)).toEqual([expect.stringContaining('Facebook could not be told')]);
});

test('what another worker may open is not given up', () => {
  expect(noneIfDamaged(new VaultError())).toBeUndefined();
  expect(() => noneIfDamaged(new MasterKeyMissing())).toThrow(VaultError);
});
