import { v7 } from 'uuid';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { connectionActivities } from '../../activities/connection/index.ts';
import { notify } from '../../activities/connection/notify.ts';
import { openMailer } from '../../activities/mail/mailer.ts';
import { connectControl } from '../../db/control/connect.ts';
import { ConfigError, readConfig } from '../../deploy/config.ts';
import { type Connected, connect } from './connected.ts';
import { type MailServer, mailServer } from './mail-server.ts';
import { newPerson } from './person.ts';
import { connectionPlace, type Place } from './place.ts';

let place: Place;
let mail: MailServer;
let it: Connected;
let act: ReturnType<typeof connectionActivities>;

beforeAll(async () => {
  place = await connectionPlace();
});
beforeEach(async () => {
  mail = await mailServer();
  const mailer = openMailer({ url: mail.url, from: 'Quixess <notices@quixess.test>' });
  act = connectionActivities({ ...place.parts, mailer });
  it = await connect(place, await place.control.tenant(), await newPerson(place.simulator, [{ name: 'Bakery' }]));
  await member('owner@example.test', 'owner');
});
afterEach(() => mail.close());
afterAll(() => place.close());

async function member(email: string, role: 'owner' | 'editor'): Promise<void> {
  const control = connectControl(place.control.ownerUrl, { maxConnections: 1 });
  const person = { id: v7(), email: `${it.tenant}-${email}`, name: 'Kim', password_hash: 'none' };
  await control.insertInto('people').values(person).execute();
  await control.insertInto('memberships').values({ person: person.id, tenant: it.tenant, role }).execute();
  await control.destroy();
}

const ref = () => ({ tenant: it.tenant, connection: it.connection });
const tell = (words: string) =>
  it.rows((db) => notify(db, { about: 'connection', subject: it.connection, words, remedy: 'Connect again.' }));
const toBeMailed = async () => 'mail' in (await act.readConnection(ref()));

test('a notice goes by mail to the owners, with what to do, once', async () => {
  await member('second@example.test', 'owner');
  await member('editor@example.test', 'editor');
  await tell('The login at Facebook ends within 7 days.');
  expect(await toBeMailed()).toBe(true);
  await act.mailNotices(ref());
  await act.mailNotices(ref());
  expect(mail.received).toHaveLength(1);
  const [{ to, text } = { to: [], text: '' }] = mail.received;
  expect(to).toEqual([`${it.tenant}-owner@example.test`, `${it.tenant}-second@example.test`]);
  expect(text).toContain('ends within 7 days');
  expect(text).toContain('Connect again.');
  expect(await toBeMailed()).toBe(false);
});

test('two workers that mail at once send each notice once', async () => {
  for (const n of [1, 2, 3, 4, 5, 6]) await tell(`Number ${n}.`);
  await Promise.all([act.mailNotices(ref()), act.mailNotices(ref()), act.mailNotices(ref())]);
  expect(mail.received).toHaveLength(6);
});

test('what the mail server refuses is sent again later', async () => {
  await tell('The login at Facebook ends within 7 days.');
  mail.next = 'refuse';
  await expect(act.mailNotices(ref())).rejects.toMatchObject({ type: 'Passing', nonRetryable: false });
  expect(await toBeMailed()).toBe(true);
  mail.next = 'take';
  await act.mailNotices(ref());
  expect(mail.received).toHaveLength(1);
});

test('a mail server that is away changes nothing, and a lost answer sends nothing twice', async () => {
  await tell('The login at Facebook ends within 7 days.');
  const away = openMailer({ url: 'smtp://127.0.0.1:9', from: 'notices@quixess.test' });
  const offline = connectionActivities({ ...place.parts, mailer: away });
  await expect(offline.mailNotices(ref())).rejects.toMatchObject({ type: 'Passing' });
  expect(await toBeMailed()).toBe(true);
  mail.next = 'dropAnswer';
  await act.mailNotices(ref());
  await act.mailNotices(ref());
  expect(mail.received).toHaveLength(1);
});

test('without a mail server nothing waits for one', async () => {
  await tell('The login at Facebook ends within 7 days.');
  expect(await connectionActivities(place.parts).readConnection(ref())).not.toHaveProperty('mail');
});

test('what is old or dismissed is not mailed', async () => {
  await tell('Long known.');
  await it.rows((db) =>
    db
      .updateTable('notices')
      .set({ created_at: new Date(Date.now() - 3 * 86_400_000) })
      .execute(),
  );
  await tell('Dismissed.');
  await it.rows((db) =>
    db.updateTable('notices').set({ dismissed_at: new Date() }).where('words', '=', 'Dismissed.').execute(),
  );
  expect(await toBeMailed()).toBe(false);
});

test('a mail server needs a sender', () => {
  const problems = (env: Record<string, string>): string[] => {
    try {
      readConfig('worker', env);
      return [];
    } catch (error) {
      return error instanceof ConfigError ? error.problems : [];
    }
  };
  const env = { ...place.env, SMTP_URL: 'smtp://mail.example:587' };
  expect(problems(env)).toEqual(['MAIL_FROM is missing: SMTP_URL needs it.']);
  expect(problems({ ...env, MAIL_FROM: 'notices@quixess.test' })).toEqual([]);
  expect(problems({ ...env, SMTP_URL: 'http://mail.example' })).toHaveLength(1);
});
