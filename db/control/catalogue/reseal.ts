import { type CatalogueKeys, openWithEither, sealPassword } from '../../vault/catalogue.ts';
import { VaultError } from '../../vault/envelope.ts';
import { owe } from '../audit/owe.ts';
import type { ControlDb } from '../connect.ts';

/** Which key the API's password of a tenant is sealed under; `unknown`: under none that is known here. */
export interface CatalogueStanding {
  tenant: string;
  under: 'current' | 'previous' | 'unknown';
}

interface Row {
  id: string;
  api_password_sealed: Buffer;
}

const rows = (control: ControlDb): Promise<Row[]> =>
  control.selectFrom('tenants').select(['id', 'api_password_sealed']).orderBy('id').execute();

export const catalogueStandings = async (control: ControlDb, keys: CatalogueKeys): Promise<CatalogueStanding[]> =>
  Promise.all((await rows(control)).map(async (row) => ({ tenant: row.id, under: (await opened(keys, row)).under })));

/**
 * Seals under the present catalogue key what is sealed under the one before. One tenant after the other, each a transaction of its own, so
 * that a second call goes on where the first was cut off; whoever holds both keys opens all of them meanwhile.
 * @param control the control database as its owner
 * @yields what became of each that was not under the present key; `unknown` is left as it is
 */
export async function* resealCatalogue(
  control: ControlDb,
  keys: CatalogueKeys,
): AsyncGenerator<{ tenant: string; resealed: boolean }> {
  for (const row of await rows(control)) {
    const found = await opened(keys, row);
    if (found.under === 'current') continue;
    if (found.under === 'unknown') yield { tenant: row.id, resealed: false };
    else yield { tenant: row.id, resealed: await reseal(control, keys, row, found.password) };
  }
}

async function opened(keys: CatalogueKeys, { id, api_password_sealed }: Row) {
  try {
    return await openWithEither(keys, id, api_password_sealed);
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    return { under: 'unknown' as const };
  }
}

/** @returns false where somebody else has just written another one */
async function reseal(control: ControlDb, { catalogueKey }: CatalogueKeys, row: Row, password: string) {
  const api_password_sealed = await sealPassword(catalogueKey, row.id, password);
  return control.transaction().execute(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('tenants')
      .set({ api_password_sealed })
      .where('id', '=', row.id)
      .where('api_password_sealed', '=', row.api_password_sealed)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return false;
    await owe(trx, row.id, { actor: { kind: 'operator', id: null }, action: 'keys.rewrapped' });
    return true;
  });
}
