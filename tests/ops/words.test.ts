import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { OpsFailure } from '../../deploy/ops/command.ts';
import { commands } from '../../deploy/ops/commands.ts';
import { ago } from '../../deploy/ops/finding.ts';
import { table } from '../../deploy/ops/table.ts';
import { understand } from '../../deploy/ops/understand.ts';
import { say, sayJson } from './say.ts';

const nowhere = { LOCAL_DIR: mkdtempSync(join(tmpdir(), 'quixess-ops-')) };
const meant = (...args: string[]) => {
  const understood = understand(args, commands);
  return understood && [understood.command.usage, ...understood.words];
};

test('a name cannot tell the terminal of an operator what to do', () => {
  expect(table(['NAME'], [['Acme\x1b]52;c;ZXZpbA==\x07\r\x9b2J']])).toEqual([
    'NAME',
    'Acme\ufffd]52;c;ZXZpbA==\ufffd\ufffd\ufffd2J',
  ]);
});

test('words find their command', () => {
  expect(meant('tenants')).toEqual(['tenants']);
  expect(meant('tenants', 'create', 'Acme Ltd')).toEqual(['tenants create NAME', 'Acme Ltd']);
  expect(meant('connections')).toEqual(['connections [TENANT]']);
  expect(meant('connections', 'a')).toEqual(['connections [TENANT]', 'a']);
  expect(meant('connection', 'why', 'a')).toEqual(['connection why ID', 'a']);
  expect(meant('--help')).toBeUndefined();
  expect(meant()).toBeUndefined();
  expect(meant('help')).toBeUndefined();
});

test.each([
  [['tenant']],
  [['tenants', 'create']],
  [['tenants', 'create', 'a', 'b']],
  [['connection', 'why']],
  [['connections', 'a', 'b']],
  [['tenants', '--nonsense']],
  [['connections', '--zone', 'UTC']],
])('%j is none of ours, and refused', (args) => {
  expect(() => understand(args, commands)).toThrow(OpsFailure);
});

test.each([
  [['tenants', 'create', 'A', '--owner', 'kim@example.org', '--owner=lee@example.org'], '--owner is given twice.'],
  [['tenants', '--json', '--json'], '--json is given twice.'],
])('%j is refused for what is in it twice', (args, message) => {
  expect(() => understand(args, commands)).toThrow(expect.objectContaining({ exit: 2, message }));
});

test('help names every command and every exit code', async () => {
  const { code, stdout } = await say(nowhere, '--help');
  expect(code).toBe(0);
  for (const { usage } of commands) expect(stdout).toContain(usage);
  for (const exit of ['0 fine', '1 failed', '2 wrong words', '3 not found', '4 something needs', '78 wrong'])
    expect(stdout).toContain(exit);
});

test('wrong words end with 2 and say where to look', async () => {
  expect(await say(nowhere, 'conections')).toEqual({
    code: 2,
    stdout: '',
    stderr: '"conections" is not a command.\nNext: See what there is: npm run ops -- --help\n',
  });
});

test.each([
  [['connection'], 'connection why ID, or npm run ops -- connection diagnose ID'],
  [['keys', 'rotate-tenant'], 'npm run ops -- keys rotate-tenant TENANT'],
  [['tenants', 'create', 'a', 'b'], 'npm run ops -- tenants create NAME'],
  [['workflows'], 'npm run ops -- workflows stuck'],
])('%j is told how it goes on', (args, next) => {
  expect(() => understand(args, commands)).toThrow(
    expect.objectContaining({ exit: 2, next: expect.stringContaining(next) }),
  );
});

test.each(commands.map(({ usage }) => usage).filter((usage) => / [A-Z]+$/.test(usage)))(
  '"%s" without its last word is told which one is missing, and how it is written',
  (usage) => {
    const said = usage.split(' ').slice(0, -1);
    expect(() => understand(said, commands)).toThrow(
      expect.objectContaining({
        exit: 2,
        message: `${usage.split(' ').at(-1)} is missing after "${said.join(' ')}".`,
        next: `Write it like npm run ops -- ${usage}`,
      }),
    );
  },
);

test('help is a line of JSON where JSON is asked for', async () => {
  const { code, said } = await sayJson<{ commands: { usage: string }[] }>(nowhere, 'help');
  expect([code, said.commands.map(({ usage }) => usage)]).toEqual([0, commands.map(({ usage }) => usage)]);
});

test('without a deployment it says how to name one, and ends with 78', async () => {
  const { code, said } = await sayJson<{ ok: boolean; wrong: string; next: string }>(nowhere, 'tenants');
  expect(code).toBe(78);
  expect(said).toMatchObject({ ok: false, wrong: expect.stringContaining('No local stack'), next: expect.any(String) });
});

test('a missing variable is named, and ends with 78', async () => {
  const { code, stderr } = await say({ ...nowhere, DATABASE_URL: 'postgres://a:b@127.0.0.1:1/postgres' }, 'tenants');
  expect(code).toBe(78);
  expect(stderr).toContain('WORKER_DATABASE_URL is missing');
});

test('how long ago something was is said as people say it', () => {
  const before = (minutes: number) => ago(new Date(1e12 - minutes * 60_000).toISOString(), 1e12);
  expect([before(0), before(119), before(150), before(60 * 24 * 5)]).toEqual([
    '0 min ago',
    '119 min ago',
    '3 h ago',
    '5 days ago',
  ]);
});
