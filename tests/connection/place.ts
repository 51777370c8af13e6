import { Client, Connection } from '@temporalio/client';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { ConnectionParts } from '../../activities/connection/parts.ts';
import { GraphClient } from '../../activities/graph/client.ts';
import { tokenForCode } from '../../activities/graph/tokens.ts';
import { connectControl } from '../../db/control/connect.ts';
import { openAsWorker } from '../../db/tenant/open-as-worker.ts';
import { sealToIntake } from '../../db/vault/intake.ts';
import { scopesToAsk } from '../../meta/permissions.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import type { Person } from './person.ts';

export const appId = '1234567890123456';
export const appSecret = 'a-secret-that-both-sides-know';
export const redirectUri = 'http://127.0.0.1:4000/oauth/meta/callback';

export interface Place extends Pick<Stack, 'control' | 'simulator' | 'temporal' | 'processes'> {
  parts: ConnectionParts;
  /** What a worker has in its environment. */
  env: Record<string, string>;
  /** Somebody went through the dialog, and the API handed the code over; answers the id of the attempt. */
  returned(tenant: string, person: Person, options?: Ticked): Promise<string>;
  /** The code that the dialog gives. */
  code(person: Person, options?: Ticked): Promise<string>;
  /** The tenant's rule for posts whose time passed while they were held. */
  rule(tenant: string, overdueRule: string): Promise<void>;
  /** At Meta, somebody gets a role on a Page. */
  givesRole(person: Person, page: string): Promise<void>;
  /** At Meta, somebody takes one permission away. */
  revokes(person: Person, permission: string): Promise<void>;
  close(): Promise<void>;
}

export interface Ticked {
  pages?: string[];
  permissions?: string[];
}

/**
 * Everything that connecting needs, real: PostgreSQL, the vault, Temporal, the simulator in a process of its own; and a worker in one, where it
 * is wanted.
 */
export async function connectionPlace({ worker = false } = {}): Promise<Place> {
  const env = { META_APP_SECRET: appSecret, PUBLIC_URL: new URL(redirectUri).origin };
  const stack = await startStack({ start: worker ? ['simulator', 'worker'] : ['simulator'], env });
  const { control, simulator, temporal, processes } = stack;
  const { vault, tenants } = await openAsWorker(control, { maxConnectionsPerTenant: 3, maxConnections: 12 });
  const graph = new GraphClient({ graphUrl: stack.urls.simulator, appId, appSecret });
  const connection = await Connection.connect({ address: temporal.address });
  const client = new Client({ connection, namespace: temporal.namespace });
  const { routeKey } = control;
  const parts = { graph, control: control.control, tenants, vault, temporal: client, routeKey, redirectUri };
  const code = (person: Person, options?: Ticked) => throughDialog(stack.urls.simulator, person, options);
  return {
    ...{ control, simulator, temporal, processes, parts, code },
    env: stack.env.worker,
    returned: async (tenant, person, options) =>
      handOver(parts, tenant, await code(person, options), control.intakePublicKey),
    rule: async (tenant, overdueRule) => {
      const owner = connectControl(control.ownerUrl);
      await sql`update tenants set overdue_rule = ${overdueRule} where id = ${tenant}`.execute(owner);
      await owner.destroy();
    },
    givesRole: (person, page) => simulator.ask('POST', '/sim/roles', { person: person.id, page }),
    revokes: async (person, permission) => {
      const user = await tokenForCode(graph, await code(person), redirectUri);
      if (!user.ok) throw new Error('No token to revoke with');
      const params = { permission };
      await graph.call({ method: 'DELETE', path: `/${person.id}/permissions`, token: user.data, params });
    },
    close: async () => {
      await tenants.close();
      await graph.close();
      await connection.close();
      await stack.stop();
    },
  };
}

async function throughDialog(url: string, person: Person, { pages, permissions }: Ticked = {}): Promise<string> {
  const dialog = new URL('/v26.0/dialog/oauth', url);
  const scope = scopesToAsk().join(',');
  const asked = {
    client_id: appId,
    redirect_uri: redirectUri,
    state: 's',
    response_type: 'code',
    scope,
    auth_type: 'rerequest',
  };
  for (const [name, value] of Object.entries(asked)) dialog.searchParams.set(name, value);
  const form = new URLSearchParams();
  const fields: [string, string][] = [
    ['person', person.id],
    ...(pages ?? ['all']).map((page): [string, string] => ['page', page]),
    ...(permissions ?? ['all']).map((permission): [string, string] => ['permission', permission]),
  ];
  for (const [name, value] of fields) form.append(name, value);
  const back = await fetch(dialog, { method: 'POST', body: form, redirect: 'manual' });
  const code = new URL(back.headers.get('location') ?? 'http://nowhere').searchParams.get('code');
  if (!code) throw new Error(`The dialog gave no code: ${back.status} ${back.headers.get('location')}`);
  return code;
}

async function handOver(
  { tenants }: ConnectionParts,
  tenant: string,
  code: string,
  intakeKey: string,
): Promise<string> {
  const authorization = uuidv7();
  const code_sealed = await sealToIntake(
    intakeKey,
    { tenant, table: 'authorizations', row: authorization, column: 'code_sealed' },
    code,
  );
  const values = {
    id: authorization,
    session: uuidv7(),
    person: uuidv7(),
    state_hash: Buffer.from(authorization),
    code_sealed,
  };
  await tenants.use(tenant, (db) =>
    db
      .insertInto('authorizations')
      .values({ ...values, status: 'returned', expires_at: new Date(Date.now() + 900_000) })
      .execute(),
  );
  return authorization;
}
