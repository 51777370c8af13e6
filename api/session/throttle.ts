import { sql } from 'kysely';
import type { ControlDb } from '../../db/control/connect.ts';
import { type Party, parties } from './parties.ts';
import { hashOf } from './secret.ts';

const WINDOW_MINUTES = 15;
const FORGOTTEN_AT_ONCE = 100;

/**
 * Counts failed logins for each e-mail and each public network, in the control database: a restart forgives nothing, and another
 * API process is no second chance. A few wrong guesses cost nothing, many cost waiting.
 */
export class LoginThrottle {
  readonly #control: ControlDb;
  readonly #limits: Record<Party['kind'], number>;

  constructor(control: ControlDb, { perEmail = 10, perAddress = 50 } = {}) {
    this.#control = control;
    this.#limits = { email: perEmail, address: perAddress };
  }

  /**
   * Counts an attempt before it is looked at: of many guesses at once, none has failed yet when the last is let in.
   * @returns how long to wait before another attempt is looked at, in ms; 0: this one may be
   */
  async attempt(email: string, address: string): Promise<number> {
    const counted = parties(email, address)
      .map(({ kind, who }) => ({ who: hashOf(who), limit: this.#limits[kind] }))
      .sort((a, b) => a.who.compare(b.who));
    // In the order of the keys, so that two attempts with both in common wait for each other instead of deadlocking.
    const { rows } = await sql<{ waitMs: number }>`
      insert into login_failures as f (who, count, until)
      select who, 1, clock_timestamp() + make_interval(mins => ${WINDOW_MINUTES})
      from unnest(${counted.map(({ who }) => who)}::bytea[]) as w (who) order by who
      on conflict (who) do update set
        count = case when f.until < clock_timestamp() then 1 else f.count + 1 end,
        until = case when f.until > clock_timestamp() and f.count >= ${limitOf(counted)} then f.until else excluded.until end
      returning case when count > ${limitOf(counted)}
        then extract(epoch from until - clock_timestamp()) * 1000 else 0 end::float8 as "waitMs"`.execute(
      this.#control,
    );
    const waitMs = Math.max(0, ...rows.map((row) => row.waitMs));
    if (waitMs > 0) await this.takeBack(email, address);
    return waitMs;
  }

  /** The attempt was right: whoever guessed before was its owner. */
  async succeeded(email: string, address: string): Promise<void> {
    await this.takeBack(email, address);
    await this.#control
      .deleteFrom('login_failures')
      .where('who', '=', hashOf(`email ${email}`))
      .execute();
    await sql`
      delete from login_failures where who in (
        select who from login_failures where until < clock_timestamp() limit ${FORGOTTEN_AT_ONCE} for update skip locked)`.execute(
      this.#control,
    );
  }

  /** It was no failure after all. */
  async takeBack(email: string, address: string): Promise<void> {
    for (const who of parties(email, address).map((party) => hashOf(party.who)))
      await this.#control
        .updateTable('login_failures')
        .set({ count: sql`count - 1` })
        .where('who', '=', who)
        .where('count', '>', 0)
        .execute();
  }
}

/** The limit of the row at hand. */
const limitOf = (counted: { who: Buffer; limit: number }[]) =>
  sql`(case f.who ${sql.join(
    counted.map(({ who, limit }) => sql`when ${who}::bytea then ${limit}::int`),
    sql` `,
  )} end)`;
