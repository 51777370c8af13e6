import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from '../../deploy/config.ts';
import {
  configurationFor,
  readConfigurations,
  tiersOf,
  tiersWithoutConfiguration,
} from '../../meta/login-configurations.ts';
import { permissions, scopesToAsk } from '../../meta/permissions.ts';

test('the nine of the policy are the base; what people write and what Meta counts are tiers of their own', () => {
  expect(tiersOf(scopesToAsk())).toEqual(['base']);
  expect(tiersOf(['pages_messaging', 'instagram_manage_comments'])).toEqual(['inbox']);
  expect(tiersOf(permissions.map(({ name }) => name))).toEqual(['base', 'inbox', 'insights']);
});

describe('what an operator writes', () => {
  test.each([
    ['77', [{ id: '77', tiers: ['base', 'inbox', 'insights'] }]],
    ['base:1', [{ id: '1', tiers: ['base'] }]],
    [
      'insights:3, inbox+insights:4',
      [
        { id: '3', tiers: ['base', 'insights'] },
        { id: '4', tiers: ['base', 'inbox', 'insights'] },
      ],
    ],
  ])('%s is understood', (text, configurations) => {
    expect(readConfigurations(text)).toEqual(configurations);
  });

  test.each(['', 'x', '77,78', 'base:', 'base:x', 'mail:1', 'base:1,', 'base+:1', ':1'])('"%s" is not', (text) => {
    expect(readConfigurations(text)).toBeUndefined();
  });
});

test('the smallest that has everything is taken; where none has, the one with the most', () => {
  const configurations = readConfigurations('inbox+insights:4,base:1,inbox:2') ?? [];
  expect(configurationFor(configurations, ['base'])?.id).toBe('1');
  expect(configurationFor(configurations, ['inbox'])?.id).toBe('2');
  expect(configurationFor(configurations, ['insights'])?.id).toBe('4');
  const few = readConfigurations('base:1,inbox:2') ?? [];
  expect(configurationFor(few, ['insights', 'inbox'])?.id).toBe('2');
});

describe('what is asked for at once needs a configuration of its own', () => {
  test.each([
    ['77', ['inbox', 'insights'], []],
    ['base:1,inbox:2', [], []],
    ['base:1,inbox:2,insights:3', [], ['base', 'inbox', 'insights']],
    ['base:1,inbox:2', ['insights'], ['base', 'inbox', 'insights']],
    ['base:1,inbox:2,insights:3,inbox+insights:4', ['inbox'], []],
  ] as const)('%s, where %j is wanted, lacks %j', (text, wanted, lacking) => {
    expect(tiersWithoutConfiguration(readConfigurations(text) ?? [], wanted)).toEqual(lacking);
  });

  const problems = (env: Record<string, string>) => {
    try {
      readConfig('api', { META_LOGIN_MODE: 'config', ...env });
    } catch (error) {
      if (error instanceof ConfigError) return error.problems.filter((problem) => problem.includes('META_CONFIG_ID'));
    }
    return [];
  };

  test('and the start says so', () => {
    const key = Buffer.alloc(32).toString('base64');
    const rest = {
      ...{ API_DATABASE_URL: 'postgres://a@127.0.0.1/a', TEMPORAL_ADDRESS: '127.0.0.1:1', META_APP_ID: '1' },
      ...{ PUBLIC_URL: 'http://127.0.0.1:1', MEDIA_DIR: '.', CATALOGUE_KEY: key, MEDIA_URL_KEY: key },
      INTAKE_PUBLIC_KEY: key,
    };
    expect(problems({ ...rest, META_CONFIG_ID: 'base:1,inbox:2' })).toEqual([]);
    expect(problems({ ...rest, META_CONFIG_ID: 'base:1,inbox:2,insights:3' })).toEqual([
      'META_CONFIG_ID has no configuration for base+inbox+insights, which is asked for at once when somebody logs in again.',
    ]);
    expect(problems({ ...rest, META_CONFIG_ID: 'mail:1' })).toEqual([
      expect.stringContaining(
        'META_CONFIG_ID is wrong: must be an id, or tiers (base, inbox, insights) with an id each',
      ),
    ]);
    expect(problems(rest)).toEqual(['META_CONFIG_ID is missing: META_LOGIN_MODE=config needs it.']);
  });
});
