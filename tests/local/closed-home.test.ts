import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { movedPlace } from '../../deploy/local/postgres-place.ts';
import { eventually } from '../stack/eventually.ts';
import { HttpClient } from '../stack/http.ts';
import { launch, ownStack, processesOf } from '../stack/launch.ts';
import { cloneIn } from './clone.ts';
import { freshFolders } from './folders.ts';

const clone = cloneIn(freshFolders()(), 0o700);

test.runIf(process.getuid?.() === 0)(
  'as root, in a home that nobody else may enter, PostgreSQL goes elsewhere, it is said, and a reset wipes it there',
  async () => {
    const env = await ownStack(join(clone, '.local'));
    const moved = movedPlace(join(clone, '.local'));
    const launched = launch(env, { clone });
    onTestFinished(() => void launched.process.kill('SIGKILL'));
    const json = await launched.ready;
    expect(launched.stderr()).toContain(`its programs and data are in ${moved}`);
    await new HttpClient(json.api).logIn(json.demo.email, json.demo.password);
    launched.process.kill('SIGINT');
    expect((await launched.exit).code).toBe(0);
    await eventually(() => !processesOf(env).length, { what: 'no process to be left' });
    expect(existsSync(join(moved, 'postgres', 'PG_VERSION'))).toBe(true);
    expect((await launch(env, { clone, script: 'reset.js', args: ['--yes'] }).exit).code).toBe(0);
    expect(existsSync(moved)).toBe(false);
  },
);
