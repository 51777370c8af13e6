import { publishId } from '../../workflows/ids.ts';
import type { Scheduled, Tenant } from '../connection/tenant.ts';
import { eventually } from '../stack/eventually.ts';
import { HeldRow } from '../stack/held-row.ts';
import type { Stack } from '../stack/stack.ts';
import type { Seat } from './kill-seats.ts';
import { contents, isOnInstagram } from './kill-steps.ts';

/** Meta is so slow that whoever waits for it is dead before. What it has not done by then it never does. */
const neverMs = 3_600_000;
/** A committing call is given up after 20 s. */
const meetWithinMs = 17_000;

export type Post = Seat & Scheduled;

/** Lets the calls of one account go wrong as its step wants it. */
export async function disturb({ simulator }: Stack, seat: Seat): Promise<void> {
  const { slow, lost, done, metaId } = seat;
  const only = isOnInstagram(seat) ? { object: metaId } : { page: metaId };
  if (lost) await simulator.fault({ call: lost, then: 'dropAnswer', ...only });
  const doneAt = done ? 'start' : 'end';
  if (slow) await simulator.fault({ call: slow, then: 'slow', doneAt, delayMs: neverMs, ...only });
}

/** Schedules the post of an account; without an instant it is published now. */
export async function make({ owner }: Tenant, seat: Seat, publishAt?: Date): Promise<Post> {
  const { form, account, media, step, firstComment } = seat;
  const kind = contents[form]?.kind ?? 'feed';
  const { status, body } = await owner.post<{ id: string; targets: { id: string }[] }>(
    '/v1/posts',
    {
      ...(kind === 'story' ? {} : { text: `Killed: ${step} of ${account}` }),
      media,
      targets: [{ account, kind, ...(firstComment && { firstComment }) }],
      ...(publishAt && { publishAt: publishAt.toISOString() }),
    },
    { 'idempotency-key': crypto.randomUUID() },
  );
  if (status !== 201) throw new Error(`Scheduling was answered ${status}: ${JSON.stringify(body)}`);
  return { ...seat, post: body.id, target: body.targets[0]?.id ?? '' };
}

/** Cancels a post, or deletes at Meta what is published of it. */
export async function remove({ owner }: Tenant, { post }: Post): Promise<void> {
  const { status, body } = await owner.delete(`/v1/posts/${post}`);
  if (status !== 200) throw new Error(`Deleting was answered ${status}: ${JSON.stringify(body)}`);
}

/** Holds the entry of a post, so that its claim is made when the claimer is dead. */
export const holdClaim = ({ control }: Stack, tenant: Tenant, { target }: Post): Promise<HeldRow> =>
  HeldRow.take(control.ownerUrl, 'select id from workflows where id = $1 for update', [publishId(tenant.id, target)]);

/** Waits until Meta is at work on all of these. @returns those on which it is not */
export async function meet({ simulator }: Stack, posts: readonly Post[], held: HeldRow): Promise<Post[]> {
  let missed: Post[] = [];
  const look = async () => {
    const faults = (await simulator.faults()).filter(({ then, hits }) => then === 'slow' && hits > 0);
    const isMet = ({ slow, metaId }: Post) =>
      slow === undefined || faults.some(({ call, page, object }) => call === slow && (page ?? object) === metaId);
    missed = posts.filter((post) => !isMet(post));
    return !missed.length && (await held.isWanted());
  };
  await eventually(look, { withinMs: meetWithinMs }).catch(() => undefined);
  return missed;
}
