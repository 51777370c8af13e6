import type { Claimed } from './claimed.ts';
import type { Binding, Bound } from './forms/form.ts';
import type { PublishParts, TargetRef } from './parts.ts';

/** So long Meta is asked which of its media it has become; then it is published without an address. */
const askForMs = 10 * 60_000;

/**
 * Finds out what a live post has become, where its subject does not say: its answer was lost.
 * @returns `undecided` to be asked again; nothing where there is no telling
 */
export async function bind(
  { tenants, graph }: PublishParts,
  { tenant, target }: TargetRef,
  { publisher, content, subject, committedAt, credential }: Claimed,
  lookedForMs: number,
): Promise<{ metaId?: string; permalink?: string } | 'undecided'> {
  if (!publisher.bindPublished || !credential) return {};
  const ours = (metaIds: readonly string[]) =>
    tenants.use(tenant, async (db) => {
      const rows = await db
        .selectFrom('targets')
        .select('meta_id as metaId')
        .where('meta_id', 'in', metaIds)
        .where('id', '!=', target)
        .execute();
      return new Set(rows.flatMap(({ metaId }) => metaId ?? []));
    });
  const binding: Binding = { graph, token: credential.token, content, subject, committedAt, ours };
  const bound: Bound = await publisher.bindPublished(binding);
  if (bound.is === 'bound') return bound;
  return bound.is === 'no-answer' && lookedForMs < askForMs ? 'undecided' : {};
}
