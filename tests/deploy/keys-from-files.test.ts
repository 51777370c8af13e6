import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from '../../deploy/config.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'quixess-keys-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const key = () => randomBytes(32).toString('base64');
const rest = {
  DATABASE_URL: 'postgres://a@127.0.0.1/postgres',
  API_DATABASE_URL: 'postgres://b@127.0.0.1/quixess_control',
  WORKER_DATABASE_URL: 'postgres://c@127.0.0.1/quixess_control',
  MASTER_KEY: key(),
  CATALOGUE_KEY: key(),
};

function fileWith(content: string): string {
  const file = join(folder, randomBytes(8).toString('hex'));
  writeFileSync(file, content);
  return file;
}

function problemsOf(changes: Record<string, string | undefined>): string {
  try {
    readConfig('setup', { ...rest, ...changes });
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
}

describe.each(['MASTER_KEY', 'MASTER_KEY_PREVIOUS', 'CATALOGUE_KEY', 'CATALOGUE_KEY_PREVIOUS'] as const)(
  '%s',
  (name) => {
    const without = { [name]: undefined };

    test('comes from the environment, or from a file', () => {
      const value = key();
      expect(readConfig('setup', { ...rest, [name]: value })[name]).toBe(value);
      expect(readConfig('setup', { ...rest, ...without, [`${name}_FILE`]: fileWith(`${value}\n`) })[name]).toBe(value);
    });

    test('is refused where both are said, and where the file cannot be read', () => {
      const value = key();
      expect(problemsOf({ [name]: value, [`${name}_FILE`]: fileWith(value) })).toContain(`${name} and ${name}_FILE`);
      expect(problemsOf({ ...without, [`${name}_FILE`]: join(folder, 'nowhere') })).toContain(
        'cannot be read (ENOENT)',
      );
    });

    test.each(['', 'short', randomBytes(31).toString('base64'), randomBytes(33).toString('base64')])(
      'is refused from a file that holds %j, without showing it',
      (content) => {
        const problem = problemsOf({ ...without, [`${name}_FILE`]: fileWith(content) });
        expect(problem).toContain(`${name} is wrong`);
        if (content) expect(problem).not.toContain(content);
      },
    );
  },
);
