import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { Clock } from './state/clock.ts';
import { Database } from './state/database.ts';
import { seedExample } from './state/seed.ts';
import { Switchboard } from './switches.ts';

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
  /** Folder of what Instagram and videos are made of, a file a content. */
  mediaDirectory: string;
  log: Logger;
  switches: Switchboard;
  /** Nobody is served any more, and the state cannot be written to. */
  closed: boolean;
}

/** Opens the state in that folder, with the example people and Pages when it is new. */
export function openWorld(app: App, directory: string, log: Logger): World {
  const db = new Database(directory);
  const photoDirectory = join(directory, 'photos');
  const mediaDirectory = join(directory, 'media');
  for (const folder of [photoDirectory, mediaDirectory]) {
    mkdirSync(folder, { recursive: true });
    dropHalfUploads(folder);
  }
  const clock = new Clock(db);
  const folders = { photoDirectory, mediaDirectory };
  const world: World = { app, db, clock, switches: new Switchboard(db), ...folders, log, closed: false };
  if (!db.one('select 1 from people limit 1')) seedExample(db);
  return world;
}

/** What a killed process was in the middle of receiving. */
function dropHalfUploads(directory: string): void {
  for (const file of readdirSync(directory)) if (file.endsWith('.part')) rmSync(join(directory, file));
}
