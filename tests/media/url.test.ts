import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import { expect, test } from 'vitest';
import { signMediaUrl, verifyMediaUrl } from '../../db/media/url.ts';

const key = randomBytes(32).toString('base64');
const now = new Date('2026-12-01T08:00:00Z');
const signed = () => ({ tenant: v7(), media: v7(), expiresAt: new Date(now.getTime() + 60_000) });
const tokenOf = (url: string) => url.split('/media/')[1] ?? '';

test('a signed address says which media of which tenant', () => {
  const media = signed();
  const url = signMediaUrl(key, 'https://api.example/', media);
  expect(url).toMatch(/^https:\/\/api\.example\/media\/[\w-]+$/);
  expect(verifyMediaUrl(key, tokenOf(url), now)).toEqual(media);
});

test('an address is good until it expires and not a millisecond longer', () => {
  const media = signed();
  const token = tokenOf(signMediaUrl(key, 'https://api.example', media));
  expect(verifyMediaUrl(key, token, new Date(media.expiresAt.getTime() - 1))).toEqual(media);
  expect(verifyMediaUrl(key, token, media.expiresAt)).toBeUndefined();
});

test('one changed bit, anywhere, and an address is good for nothing', () => {
  const bytes = Buffer.from(tokenOf(signMediaUrl(key, 'https://api.example', signed())), 'base64url');
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const changed = Buffer.from(bytes);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(verifyMediaUrl(key, changed.toString('base64url'), now)).toBeUndefined();
  }
});

test('what was signed with another key, or is no token, is refused', () => {
  const token = tokenOf(signMediaUrl(randomBytes(32).toString('base64'), 'https://api.example', signed()));
  for (const forged of [token, '', 'x', token.slice(0, -4), `${token}AAAA`, '../../etc/passwd', 'é'.repeat(96)])
    expect(verifyMediaUrl(key, forged, now)).toBeUndefined();
});

test('an address has one spelling', () => {
  const token = tokenOf(signMediaUrl(key, 'https://api.example', signed()));
  for (const spelling of [
    `${token}=`,
    `${token}\n`,
    token
      .replaceAll('_', '/')
      .replaceAll('-', '+')
      .padEnd(token.length + 1, '='),
  ])
    expect(verifyMediaUrl(key, spelling, now)).toBeUndefined();
});
