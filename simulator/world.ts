import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { Clock } from './state/clock.ts';
import { Database } from './state/database.ts';
import { seedExample } from './state/seed.ts';
import { readSwitches, type Switches } from './switches.ts';

export interface App {
  id: string;
  name: string;
  secret: string;
  /** Where the dialog may send a person back to; any http(s) address when empty. */
  redirectUris: readonly string[];
}

/** Everything a call can see or change. */
export interface World {
  app: App;
  db: Database;
  clock: Clock;
  /** Folder of the uploaded bytes, a file a photo. */
  photoDirectory: string;
  log: Logger;
  switches(): Switches;
}

/** Opens the state in that folder, with the example people and Pages when it is new. */
export function openWorld(app: App, directory: string, log: Logger): World {
  const db = new Database(directory);
  const photoDirectory = join(directory, 'photos');
  mkdirSync(photoDirectory, { recursive: true });
  dropHalfUploads(photoDirectory);
  const world: World = { app, db, clock: new Clock(db), photoDirectory, log, switches: () => readSwitches(db) };
  if (!db.one('select 1 from people limit 1')) seedExample(db);
  return world;
}

/** What a killed process was in the middle of receiving. */
function dropHalfUploads(directory: string): void {
  for (const file of readdirSync(directory)) if (file.endsWith('.part')) rmSync(join(directory, file));
}
