import { rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { inject } from 'vitest';
import { connectAdmin, withDatabase } from '../../db/admin.ts';
import { mediaKey } from '../../db/media/store.ts';
import { publishId } from '../../workflows/ids.ts';
import type { Stack } from '../stack/stack.ts';

/** The rows of the demo tenant, to be changed as no process of the product would: time passes, things vanish. */
export class Rows {
  readonly tenant: string;
  readonly #own: Kysely<unknown>;
  readonly #control: Kysely<unknown>;

  private constructor(tenant: string, database: string, controlUrl: string) {
    this.tenant = tenant;
    this.#own = connectAdmin(withDatabase(inject('superuserUrl'), database));
    this.#control = connectAdmin(controlUrl);
  }

  static async open({ control }: Stack): Promise<Rows> {
    const { id, database } = await control.control
      .selectFrom('tenants')
      .select(['id', 'database'])
      .executeTakeFirstOrThrow();
    return new Rows(id, database, control.ownerUrl);
  }

  async hold(target: string): Promise<void> {
    await sql`update targets set state = 'held' where id = ${target}`.execute(this.#own);
  }

  async delete(target: string): Promise<void> {
    await sql`update targets set state = 'deleting', reason = null where id = ${target}`.execute(this.#own);
  }

  /** A draft of the same content that nobody knew of turns up in the ledger; it is not at Meta. */
  async anotherDraft(target: string): Promise<void> {
    await sql`
      insert into ledger (id, target, step, revision, content_hash, status, meta_id)
      select gen_random_uuid(), target, step, revision, content_hash, status, meta_id || '0' from ledger
      where target = ${target} and step = 'draft'`.execute(this.#own);
  }

  async dueEarlier(target: string, hours: number): Promise<void> {
    const id = publishId(this.tenant, target);
    await sql`update workflows set due_at = due_at - make_interval(hours => ${hours}) where id = ${id}`.execute(
      this.#control,
    );
  }

  /** A command has said in control when it should go out, and has died before it wrote anything: so long ago that no transaction can be open. */
  async givenUp(target: string, dueAt: Date): Promise<void> {
    const id = publishId(this.tenant, target);
    await sql`
      update workflows set wanted = wanted + 1, wanted_at = clock_timestamp() - interval '16 seconds', due_at = ${dueAt}
      where id = ${id}`.execute(this.#control);
  }

  async claimedEarlier(target: string, minutes: number): Promise<void> {
    const id = publishId(this.tenant, target);
    await sql`
      update workflows set claimed_at = claimed_at - make_interval(mins => ${minutes}) where id = ${id}`.execute(
      this.#control,
    );
  }

  async loseFile(folder: string, media: string): Promise<void> {
    await rm(await this.fileOf(folder, media));
  }

  async cutFile(folder: string, media: string): Promise<void> {
    await truncate(await this.fileOf(folder, media), 100);
  }

  /** Where the store of that folder has the bytes of a media. */
  async fileOf(folder: string, media: string): Promise<string> {
    const { rows } = await sql<{ sha256: Buffer }>`select sha256 from media where id = ${media}`.execute(this.#own);
    const [row] = rows;
    if (!row) throw new Error('There is no such media');
    return join(folder, mediaKey(this.tenant, row.sha256));
  }

  async close(): Promise<void> {
    await Promise.all([this.#own.destroy(), this.#control.destroy()]);
  }
}
