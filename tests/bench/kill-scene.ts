import type { Scheduled, Tenant } from '../connection/tenant.ts';
import { eventually } from '../stack/eventually.ts';
import type { Stack } from '../stack/stack.ts';
import type { KillRows } from './kill-rows.ts';
import type { Seat } from './kill-seats.ts';
import { contents } from './kill-steps.ts';

/** Meta is so slow that whoever waits for it is dead before. What it has not done by then it never does. */
const neverMs = 3_600_000;
/** A committing call is given up after 20 s. */
const meetWithinMs = 17_000;

export type Post = Seat & Scheduled;

/** Lets the calls of one account go wrong as its step wants it. */
export async function disturb({ simulator }: Stack, seat: Seat): Promise<void> {
  const { slow, slowMs = neverMs, lost, done, page } = seat;
  if (lost) await simulator.fault({ call: lost, then: 'dropAnswer', page });
  if (slow) await simulator.fault({ call: slow, then: 'slow', doneAt: done ? 'start' : 'end', delayMs: slowMs, page });
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

/** Waits until all of these are at their step. @returns those that are not */
export async function meet({ simulator }: Stack, posts: readonly Post[], rows: KillRows): Promise<Post[]> {
  let missed = [...posts];
  const look = async () => {
    const faults = (await simulator.faults()).filter(({ then, hits }) => then === 'slow' && hits > 0);
    const isUnderWay = ({ slow, page }: Post) =>
      slow === undefined || faults.some((fault) => fault.call === slow && fault.page === page);
    const underWay = posts.filter(isUnderWay);
    await Promise.all(underWay.map((post) => rows.hold(post)));
    const met = await Promise.all(underWay.map(async (post) => !post.holds || (await rows.isWanted(post))));
    missed = posts.filter((post) => !met[underWay.indexOf(post)]);
    return !missed.length;
  };
  await eventually(look, { withinMs: meetWithinMs }).catch(() => undefined);
  return missed;
}
