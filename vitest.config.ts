import { configDefaults, defineConfig } from 'vitest/config';

const long = 'tests/**/*.long.test.ts';
const onlyLong = process.env.LONG_TESTS === 'only';

export default defineConfig({
  test: {
    // What lives through months or works under load has a run of its own (npm run test:long), so that the other stays short.
    include: [onlyLong ? long : 'tests/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...(onlyLong ? [] : [long])],
    globalSetup: ['tests/stack/setup.ts'],
    pool: 'forks',
    // Most tests wait for processes, not for the processor: more of them than cores.
    maxWorkers: 4,
    // Whoever waits says for what, and for how long (tests/stack/eventually.ts); these only end what hangs without a word.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    expect: { poll: { timeout: 120_000 } },
  },
});
