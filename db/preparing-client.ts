import pg from 'pg';

/** Statements are few, but a list in one makes a new one of each length: from so many on they are not kept. */
const mostKept = 500;

/** PostgreSQL has no plan any more for what it prepared: a column is of another type since, or somebody has discarded it. */
const outdated: readonly unknown[] = ['0A000', '26000'];

let made = 0;
const names = new Map<string, string>();

/**
 * A client that has PostgreSQL parse and plan each statement once for a connection, rather than each time: most of what a small statement
 * costs. What selects `*` is planned anew each time, since a migration may add a column while processes run.
 */
export class PreparingClient extends pg.Client {
  override query(...args: unknown[]): never {
    const [text, values] = args;
    const isStatement = args.length === 2 && typeof text === 'string' && Array.isArray(values) && values.length > 0;
    const name = isStatement ? nameOf(text) : undefined;
    if (!isStatement || name === undefined) return passOn(super.query, this, args);
    const result: Promise<unknown> = passOn(super.query, this, [{ name, text, values }]);
    return result.catch((error: { code?: unknown }) => {
      if (outdated.includes(error.code)) names.delete(text);
      throw error;
    }) as never;
  }
}

function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || text.includes('*') || names.size >= mostKept) return known;
  made += 1;
  const name = `s${made}`;
  names.set(text, name);
  return name;
}

const passOn = (query: unknown, client: pg.Client, args: unknown[]): never =>
  Reflect.apply(query as (...args: unknown[]) => never, client, args);
