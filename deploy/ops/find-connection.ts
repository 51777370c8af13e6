import { validate } from 'uuid';
import { exits, OpsFailure } from './command.ts';
import { counted } from './counted.ts';
import { eachTenant } from './each-tenant.ts';
import type { Ops } from './open.ts';
import { type ConnectionFacts, readConnections } from './read-connections.ts';

/**
 * A connection by its id, whoever's it is.
 * @throws OpsFailure when nobody has it
 */
export async function findConnection(ops: Ops, id: string): Promise<ConnectionFacts> {
  if (!validate(id))
    throw new OpsFailure(exits.wrongWords, 'ID is not the id of a connection.', 'See all: npm run ops -- connections');
  const { items, findings } = await eachTenant(ops, undefined, (db, tenant) => readConnections(db, tenant, id));
  const [found] = items;
  if (found) return found;
  if (findings.length)
    throw new OpsFailure(
      exits.failed,
      `It was not found, but ${counted(findings.length, 'tenant')} could not be looked at.`,
      'See which, and why: npm run ops -- connections',
    );
  throw new OpsFailure(
    exits.notFound,
    `There is no connection ${id}: it was disconnected, or never was.`,
    'See all: npm run ops -- connections',
  );
}
