import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { cacheName } from '../../deploy/local/cache.ts';
import { temporalCli } from '../../deploy/local/temporal-cli.ts';
import { searchAttributeNames } from '../../deploy/local/temporal-server.ts';
import { testServer } from '../../deploy/local/test-server.ts';
import { searchAttributes } from '../../workflows/search-attributes.ts';
import { freshFolders } from './folders.ts';

const say = () => undefined;
const folder = freshFolders();

function program(path: string): string {
  writeFileSync(path, '#!/bin/sh\n');
  chmodSync(path, 0o755);
  return path;
}

function cacheWith(what: string, pinnedBy: string): { home: string; path: string } {
  const home = folder();
  mkdirSync(join(home, 'quixess-social'));
  const pin = fileURLToPath(new URL(`../../deploy/local/${pinnedBy}`, import.meta.url));
  return { home, path: join(home, 'quixess-social', cacheName(what, pin)) };
}

test('the Temporal CLI is the one that is named, else the one on the PATH, else the cached one', async () => {
  const { home, path } = cacheWith('temporal', 'temporal/go.sum');
  const [named, onPath, cached] = [program(join(folder(), 'mine')), folder(), program(path)];
  const env = { TEMPORAL_CLI: named, PATH: onPath, XDG_CACHE_HOME: home };
  expect(await temporalCli({ env, say })).toBe(named);
  expect(await temporalCli({ env: { ...env, TEMPORAL_CLI: undefined }, say })).toBe(cached);
  const found = program(join(onPath, 'temporal'));
  expect(await temporalCli({ env: { ...env, TEMPORAL_CLI: undefined }, say })).toBe(found);
});

test('a named program that is none is refused by the name of its variable', async () => {
  const env = { TEMPORAL_CLI: '/nowhere', TEMPORAL_TEST_SERVER: '/nowhere' };
  await expect(temporalCli({ env, say })).rejects.toThrow('TEMPORAL_CLI names /nowhere, which is not a program');
  await expect(testServer({ env, say })).rejects.toThrow('TEMPORAL_TEST_SERVER names /nowhere');
});

test('the time-skipping test server is the one that is named, else the cached one', async () => {
  const { home, path } = cacheWith('temporal-test-server', 'test-server/pom.xml');
  mkdirSync(path);
  const named = program(join(folder(), 'mine'));
  expect(await testServer({ env: { TEMPORAL_TEST_SERVER: named }, say })).toBe(named);
  expect(await testServer({ env: { XDG_CACHE_HOME: home }, say })).toBe(join(path, 'run'));
});

test('the dev server knows every search attribute that workflows use', () => {
  expect(searchAttributeNames).toEqual(Object.values(searchAttributes).map(({ name }) => name));
});
