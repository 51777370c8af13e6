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

describe('what is of use only beside another is refused without it', () => {
  test.each([
    ['S3_ENDPOINT', 'https://s3.example.com'],
    ['S3_REGION', 'eu-central-1'],
    ['S3_FORCE_PATH_STYLE', 'false'],
  ])('%s without S3_BUCKET, by API and worker', (name, value) => {
    const words = `S3_BUCKET is missing or empty: name the bucket, or take away ${name}.`;
    for (const process of ['api', 'worker'] as const) {
      expect(problemsOf(process, { [name]: value })).toEqual([words]);
      expect(problemsOf(process, { [name]: value, S3_BUCKET: '' })).toEqual([words]);
      expect(problemsOf(process, { [name]: value, S3_BUCKET: 'media' })).toEqual([]);
    }
  });

  test('keys of S3 without S3_BUCKET', () => {
    const keys = { S3_ACCESS_KEY_ID: 'a', S3_SECRET_ACCESS_KEY: 'b' };
    expect(problemsOf('worker', keys)).toEqual([expect.stringContaining('S3_BUCKET is missing or empty: ')]);
    expect(problemsOf('worker', { ...keys, S3_BUCKET: 'media' })).toEqual([]);
  });

  test('META_CONFIG_ID without META_LOGIN_MODE=config', () => {
    const given = { META_CONFIG_ID: '77' };
    const words = expect.stringContaining('META_LOGIN_MODE must be config where META_CONFIG_ID is set');
    expect(problemsOf('api', given)).toEqual([words]);
    expect(problemsOf('api', { ...given, META_LOGIN_MODE: 'scope' })).toEqual([words]);
    expect(problemsOf('api', { ...given, META_LOGIN_MODE: 'config' })).toEqual([]);
  });

  test('MAIL_FROM without SMTP_URL', () => {
    const given = { MAIL_FROM: 'notices@example.com' };
    expect(problemsOf('worker', given)).toEqual([expect.stringContaining('SMTP_URL is missing: MAIL_FROM needs it')]);
    expect(problemsOf('worker', { ...given, SMTP_URL: 'smtp://mail.example:587' })).toEqual([]);
  });

  test('while nothing is asked for that is not needed', () => {
    expect([...problemsOf('api', {}), ...problemsOf('worker', {})]).toEqual([]);
  });
});
