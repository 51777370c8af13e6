import type { z } from 'zod';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { grantsIn } from '../../meta/capabilities.ts';
import { permissions, scopesToAsk } from '../../meta/permissions.ts';
import type { Connection } from './shapes.ts';

type Review = z.input<typeof Connection>['permissions'];

/** Per permission of the table: what is accessed with it, why, and what the person of this connection answered. */
export async function reviewOf(db: TenantDb, connection: string, further: readonly string[]): Promise<Review> {
  const login = await db
    .selectFrom('credentials')
    .select(['scopes', 'granular_scopes', 'ungranted'])
    .where('connection', '=', connection)
    .where('kind', '=', 'user')
    .executeTakeFirst();
  const asked = scopesToAsk(further);
  const granular = grantsIn(login?.granular_scopes);
  const answers = (login?.ungranted ?? {}) as Record<string, unknown>;
  return permissions.map(({ name, accessed, purpose }) => {
    const granted = login?.scopes.includes(name) ?? false;
    const targets = granular.find(({ scope }) => scope === name)?.target_ids;
    return {
      name,
      accessed,
      purpose,
      grant: granted ? ('granted' as const) : refusal(answers[name]),
      accounts: granted && targets ? [...targets] : null,
      asked: asked.includes(name),
    };
  });
}

const refusal = (answer: unknown) => (answer === 'declined' || answer === 'expired' ? answer : 'not-asked');
