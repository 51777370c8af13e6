import { keepMs } from '../../db/vault/data-keys.ts';

/** Between sealing and the end of the transaction that writes it, and between reading and opening. */
const underWayMs = 60_000;
const marginMs = 60_000;

/**
 * For so long nothing may have been found under an old key before it is deleted: a worker seals under the key that it remembers as the
 * newest, then writes; and whoever read an old value opens it.
 */
export const quietMs = keepMs + underWayMs + marginMs;
