import { expect, test } from 'vitest';
import { hashPassword, verifyPassword } from '../../db/people/password.ts';

test('a password is recognised, another is not', async () => {
  const stored = await hashPassword('correct horse');
  expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  expect(await verifyPassword('correct horse', stored)).toBe(true);
  for (const wrong of ['', 'correct horsf', 'Correct horse', 'correct horse '])
    expect(await verifyPassword(wrong, stored)).toBe(false);
});

test('the same password is never stored the same way twice', async () => {
  expect(await hashPassword('same')).not.toBe(await hashPassword('same'));
});

test('a hash that another implementation made is understood', async () => {
  // The reference implementation: argon2 of "password" with the salt "somesalt", -id -t 2 -m 16 -p 1.
  const reference = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
  expect(await verifyPassword('password', reference)).toBe(true);
  expect(await verifyPassword('passwore', reference)).toBe(false);
});

test('a letter typed as one code point or as two is the same letter', async () => {
  expect(await verifyPassword('Zu\u0308rich', await hashPassword('Z\u00fcrich'))).toBe(true);
});

test('nobody, and what is no hash, is refused and takes no less work than a wrong password', async () => {
  const timed = async (stored: string | undefined) => {
    const start = performance.now();
    expect(await verifyPassword('wrong', stored)).toBe(false);
    return performance.now() - start;
  };
  const stored = await hashPassword('right');
  const known = Math.min(await timed(stored), await timed(stored), await timed(stored));
  for (const unknown of [undefined, '', 'plain text', stored.replace('argon2id', 'argon2i')])
    expect(await timed(unknown)).toBeGreaterThan(known / 4);
});
