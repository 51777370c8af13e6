import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { permissionsSay, subscriptionSays, tokenSays } from '../../deploy/ops/what-meta-says.ts';
import { type Call, refusal, type Said, scriptedMeta } from '../publish/meta.ts';

let meta: Awaited<ReturnType<typeof scriptedMeta>>;
beforeAll(async () => {
  meta = await scriptedMeta();
});
afterAll(() => meta.close());

describe('of a token', () => {
  const token = (data: object) => {
    meta.answers(() => ({ data: { app_id: '42', type: 'USER', is_valid: true, scopes: ['a'], ...data } }));
    return tokenSays(meta.graph, 'login', 'EAAtoken');
  };

  test('that it lives, and until when', async () => {
    expect(await token({ expires_at: 1_800_000_000 })).toMatchObject({
      ...{ about: 'login', question: 'token', answer: 'yes', words: 'It lives until 2027-01-15T08:00:00.000Z.' },
      details: { expiresAt: '2027-01-15T08:00:00.000Z' },
    });
    expect(await token({ expires_at: 0 })).toMatchObject({ answer: 'yes', words: 'It lives, without an end.' });
  });

  test('that it is not valid, and why in codes', async () => {
    const error = { code: 190, subcode: 460, message: 'Quoted' };
    const said = await token({ is_valid: false, error });
    expect(said).toMatchObject({ answer: 'no', words: 'It is not valid.', details: { code: 190, subcode: 460 } });
    expect(JSON.stringify(said)).not.toContain('Quoted');
  });

  test('that it belongs to another app, however valid', async () => {
    expect(await token({ app_id: '43' })).toMatchObject({ answer: 'no', words: 'It belongs to another app.' });
  });
});

const asked: Record<string, () => Promise<{ answer: string; words: string }>> = {
  permissions: () => permissionsSay(meta.graph, 'login', 'EAAtoken'),
  subscription: () => subscriptionSays(meta.graph, 'account a', '17', 'EAAtoken'),
};

describe.each(Object.entries(asked))('of %s, where Meta', (question, ask) => {
  test.each([
    ['refuses the login', refusal(190, 460), 'no'],
    ['refuses the permission', refusal(200, 0), 'no'],
    ['asks for patience', refusal(4, 0), 'Meta does not say'],
    ['has a fault', { status: 500, body: {} }, 'Meta does not say'],
  ])('%s', async (_, said, answer) => {
    meta.answers(() => said as Said);
    expect(await ask()).toMatchObject({ question, answer });
  });
});

test('permissions are named by whether they are granted', async () => {
  const data = [
    { permission: 'a', status: 'granted' },
    { permission: 'b', status: 'declined' },
    { permission: 'c', status: 'expired' },
  ];
  meta.answers(() => ({ data }));
  expect(await asked.permissions?.()).toMatchObject({ answer: 'no', words: 'Not granted: b, c.' });
  meta.answers(() => ({ data: data.slice(0, 1) }));
  expect(await asked.permissions?.()).toMatchObject({ answer: 'yes', words: '1 granted, none declined.' });
});

test('a subscription is ours only, and is asked of the Page', async () => {
  let path = '';
  const apps = (...data: object[]) =>
    meta.answers((call: Call) => {
      path = call.path;
      return { data };
    });
  apps({ id: '43', subscribed_fields: ['feed'] });
  expect(await asked.subscription?.()).toMatchObject({ answer: 'no', words: expect.stringContaining('does not tell') });
  expect(path).toBe('/17/subscribed_apps');
  apps({ id: '43' }, { id: '42', subscribed_fields: ['feed', 'mention'] });
  expect(await asked.subscription?.()).toMatchObject({ answer: 'yes', words: 'Meta tells us about: feed, mention.' });
  apps({ id: '42' });
  expect(await asked.subscription?.()).toMatchObject({ answer: 'yes', words: 'Meta tells us about: nothing.' });
});
