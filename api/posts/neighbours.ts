import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { readFacts } from '../../db/tenant/media/facts.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { type Form, formOf, type Kind } from '../../meta/kinds.ts';
import { exceeds, quotaOf } from '../../meta/rules/quota.ts';
import type { Flaw } from '../http/problem.ts';
import type { Known, Proposal, ProposedTarget } from './proposal.ts';

/** Something else that the same account publishes, or has published, within a day. */
interface Neighbour {
  account: string;
  kind: Kind;
  at: Date;
  /** Of its words the hash: they may be long, and there may be many. */
  words: string;
  link: string | null;
  media: string[];
}

/**
 * What is good to know of the other posts of the same accounts: the same again, and more than Meta takes in a day.
 * @returns the notes of each target
 */
export async function neighbourNotes(db: TenantDb, post: Proposal, known: Known, at: Date): Promise<Flaw[][]> {
  const neighbours = await neighboursOf(db, post, at);
  if (!neighbours.length) return [];
  const facts = await readFacts(db, [...new Set(neighbours.flatMap(({ media }) => media))]);
  const form = ({ account, kind, media }: Pick<Neighbour, 'kind' | 'media'> & { account: string | null }) => {
    const platform = account === null ? undefined : known.accounts.get(account)?.platform;
    return (
      platform && formOf({ platform, kind, media: media.flatMap((id) => facts.get(id) ?? known.media.get(id) ?? []) })
    );
  };
  return post.targets.map((target) => {
    const others = neighbours.filter(({ account }) => account === target.account);
    const own = form({ ...target, media: post.media.map(({ id }) => id) });
    return [
      ...others
        .filter((other) => isTwin(post, target, other))
        .slice(0, 1)
        .map((twin) => twinNote(target, twin)),
      ...(own
        ? quotaNotes(
            target,
            quotaOf(own, known.accounts.get(target.account ?? '')?.publishingQuota ?? undefined),
            at,
            others.map((other) => ({ at: other.at, form: form(other) })),
          )
        : []),
    ];
  });
}

/** The nearest count: Meta takes no hundred of any form in a day. */
const NEIGHBOURS_AT_MOST = 2_000;

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

/** Meta answers 506 to what is the same as what was published just before. (Error codes, 2026-09-11) */
const isTwin = (post: Proposal, target: ProposedTarget, other: Neighbour) =>
  other.kind === target.kind &&
  other.words === hashOf(target.text ?? post.text ?? '') &&
  other.link === post.link &&
  other.media.join() === post.media.map(({ id }) => id).join();

const twinNote = ({ pointer }: ProposedTarget, { at }: Neighbour): Flaw => ({
  ...(pointer === undefined ? {} : { pointer }),
  detail: `The same is published to this account at ${at.toISOString()}, less than 24 hours apart. Meta may refuse the second.`,
});

function quotaNotes(
  { pointer }: ProposedTarget,
  quota: ReturnType<typeof quotaOf>,
  at: Date,
  others: readonly { at: Date; form: Form | undefined }[],
): Flaw[] {
  if (!quota) return [];
  const alike = others
    .filter((other) => other.form && quota.forms.includes(other.form))
    .map((other) => other.at.getTime());
  if (!exceeds(quota, at.getTime(), alike)) return [];
  const detail = `Meta takes ${quota.perDay} ${quota.name} in 24 hours; with this there are more. Choose another day, or Meta will refuse the last of them.`;
  return [{ ...(pointer === undefined ? {} : { pointer }), detail }];
}

/** Each of the two is found by an index of its own: what is out by when it went out, the rest by when it is due. */
async function neighboursOf(db: TenantDb, { id, targets }: Proposal, at: Date): Promise<Neighbour[]> {
  const accounts = targets.flatMap(({ account }) => account ?? []);
  if (!accounts.length) return [];
  const within = (time: string) => sql`
    ${sql.ref(time)} > ${at}::timestamptz - interval '24 hours' and ${sql.ref(time)} < ${at}::timestamptz + interval '24 hours'`;
  const { rows } = await sql<Neighbour>`
    with near as (
      select t.id from targets t where t.account = any(${accounts}::uuid[]) and ${within('t.published_at')}
      union
      select t.id from targets t join posts p on p.id = t.post
      where t.account = any(${accounts}::uuid[]) and t.published_at is null and ${within('p.publish_at')}
        and t.state in ('scheduled', 'preparing', 'armed', 'committing', 'held')
    )
    select t.account, t.kind, coalesce(t.published_at, p.publish_at) as at,
      encode(sha256(convert_to(coalesce(t.text, p.text, ''), 'UTF8')), 'hex') as words, p.link,
      array(select pm.media from post_media pm where pm.post = p.id order by pm.position)::text[] as media
    from near join targets t using (id) join posts p on p.id = t.post
    where p.id is distinct from ${id ?? null}::uuid
    order by abs(extract(epoch from coalesce(t.published_at, p.publish_at) - ${at}::timestamptz)) limit ${NEIGHBOURS_AT_MOST}`.execute(
    db,
  );
  return rows.toSorted((a, b) => a.at.getTime() - b.at.getTime());
}
