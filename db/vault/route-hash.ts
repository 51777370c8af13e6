import { sodium } from './sodium.ts';

export type RouteKind = 'page' | 'instagram' | 'person';

const hashBytes = 32;

/** The name under which the control database knows an id of Meta's: without the key it leads nowhere. */
export const routeHash = (key: string, kind: RouteKind, metaId: string): Buffer => keyedHash(key, kind, metaId);

/** The same for what is limited at Meta: an asset, the app, or whoever has that token. In base64, since it is the key of maps at each call. */
export const usageHash = (key: string, kind: 'asset' | 'app' | 'token', of: string): string =>
  keyedHash(key, `usage ${kind}`, of).toString('base64');

function keyedHash(key: string, kind: string, metaId: string): Buffer {
  const secret = Buffer.from(key, 'base64');
  try {
    return Buffer.from(sodium.crypto_generichash(hashBytes, `${kind}|${metaId}`, secret));
  } finally {
    sodium.memzero(secret);
  }
}
