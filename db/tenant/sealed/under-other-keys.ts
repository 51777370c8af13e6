import { type RawBuilder, sql } from 'kysely';
import { headerOf } from '../../vault/envelope.ts';

const headerBytes = 5;

/** Values of the vault that are not sealed under this key; what begins otherwise is none of the vault's. */
export const underOtherKeys = (column: string, keyId: number): RawBuilder<boolean> => {
  const header = headerOf(keyId);
  return sql<boolean>`(substring(${sql.ref(column)} from 1 for 1) = ${header.subarray(0, 1)}
    and substring(${sql.ref(column)} from 1 for ${headerBytes}) <> ${header})`;
};
