import { describe, expect, test } from 'vitest';
import { authorizeUrl } from '../../api/authorizations/dialog.ts';
import { ConfigError, readConfig, redirectUri } from '../../deploy/config.ts';

const key = Buffer.alloc(32).toString('base64');
const shared = {
  ...{ TEMPORAL_ADDRESS: '127.0.0.1:1', PUBLIC_URL: 'https://example.com', MEDIA_DIR: '.' },
  ...{ META_APP_ID: '1', MEDIA_URL_KEY: key },
};
const needed = {
  api: { ...shared, API_DATABASE_URL: 'postgres://a@127.0.0.1/a', CATALOGUE_KEY: key, INTAKE_PUBLIC_KEY: key },
  worker: {
    ...shared,
    ...{ WORKER_DATABASE_URL: 'postgres://a@127.0.0.1/a', META_APP_SECRET: 'a-secret-of-16-or-more' },
    ...{ MASTER_KEY: key, ROUTE_KEY: key },
  },
};

const readWith = <P extends 'api' | 'worker'>(process: P, given: Record<string, string>) =>
  readConfig(process, { ...needed[process], ...given });

function problemsOf(process: 'api' | 'worker', given: Record<string, string>): string[] {
  try {
    readWith(process, given);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe.each([
  ['api', 'PUBLIC_URL'],
  ['worker', 'PUBLIC_URL'],
  ['worker', 'META_GRAPH_URL'],
  ['api', 'META_DIALOG_URL'],
] as const)('to the %s the %s is an origin', (process, name) => {
  test.each([
    ['https://example.com', 'https://example.com'],
    ['https://example.com/', 'https://example.com'],
    ['https://Example.com', 'https://example.com'],
    ['https://example.com:443', 'https://example.com'],
    ['https://example.com:8443/', 'https://example.com:8443'],
    ['https://example.com ', 'https://example.com'],
    ['HTTP://LOCALHOST:4000', 'http://localhost:4000'],
  ])('%j is taken as %j', (written, origin) => {
    expect(readWith(process, { [name]: written })).toHaveProperty(name, origin);
  });

  test.each([
    'https://example.com/social',
    'https://example.com/?a=1',
    'https://example.com/#a',
    'https://kim@example.com',
    'https://:canary@example.com',
  ])('%j is refused', (written) => {
    expect(problemsOf(process, { [name]: written })).toEqual([
      expect.stringContaining(
        `${name} is wrong: must be an address like https://example.com, with no path, query, fragment or user. (`,
      ),
    ]);
  });

  test.each(['example.com', 'http://example.com', 'ftp://127.0.0.1', 'localhost:4000'])('%j is none', (written) => {
    expect(problemsOf(process, { [name]: written })).toEqual([
      expect.stringContaining(`${name} is wrong: must be an address like https://example.com; http is for loopback`),
    ]);
  });
});

test('the dialog sends people back to the address with which the code is exchanged, however PUBLIC_URL is written', () => {
  const given = { PUBLIC_URL: 'https://Example.com:443/' };
  const dialog = new URL(authorizeUrl(readWith('api', given), 'state', { authType: undefined, granted: [] }));
  expect(dialog.searchParams.get('redirect_uri')).toBe('https://example.com/oauth/meta/callback');
  expect(redirectUri(readWith('worker', given))).toBe('https://example.com/oauth/meta/callback');
});
