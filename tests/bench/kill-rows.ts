import { withDatabase } from '../../db/admin.ts';
import { publishId } from '../../workflows/ids.ts';
import type { Tenant } from '../connection/tenant.ts';
import { HeldRow } from '../stack/held-row.ts';
import { server } from '../stack/servers.ts';
import type { Stack } from '../stack/stack.ts';
import type { Post } from './kill-scene.ts';

/** The rows of posts that are held, so that what is about to be written to them is under way when the worker dies. */
export class KillRows {
  readonly #held = new Map<Post, HeldRow>();
  readonly #urls: Record<'target' | 'entry', string>;
  readonly #tenant: string;

  private constructor(tenant: string, urls: Record<'target' | 'entry', string>) {
    this.#tenant = tenant;
    this.#urls = urls;
  }

  static async open({ control }: Stack, { id }: Tenant): Promise<KillRows> {
    const tenants = control.control.selectFrom('tenants').select('database').where('id', '=', id);
    const { database } = await tenants.executeTakeFirstOrThrow();
    const entries = new URL(control.ownerUrl).pathname.slice(1);
    // Only a superuser may end what waits for a row.
    const url = (name: string) => withDatabase(server('superuserUrl'), name);
    return new KillRows(id, { target: url(database), entry: url(entries) });
  }

  async hold(post: Post): Promise<void> {
    const { holds, target } = post;
    if (!holds || this.#held.has(post)) return;
    const [table, id] = holds === 'entry' ? ['workflows', publishId(this.#tenant, target)] : ['targets', target];
    this.#held.set(
      post,
      await HeldRow.take(this.#urls[holds], `select id from ${table} where id = $1 for update`, [id]),
    );
  }

  async isWanted(post: Post): Promise<boolean> {
    return (await this.#held.get(post)?.isWanted()) ?? false;
  }

  /** When whoever waits for them is dead. */
  async release(): Promise<void> {
    for (const [{ isWritten }, held] of this.#held) {
      if (!isWritten) await held.refuse();
      await held.release();
    }
    this.#held.clear();
  }
}
