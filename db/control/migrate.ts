import type { Kysely } from 'kysely';
import { migrate } from '../migrate.ts';

const controlMigrations = new URL('migrations/', import.meta.url);

/** @param db the control database as its owner */
export const migrateControl = (db: Kysely<unknown>): Promise<string[]> => migrate(db, controlMigrations);
