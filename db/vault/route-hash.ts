import { sodium } from './sodium.ts';

export type RouteKind = 'page' | 'instagram' | 'person';

const hashBytes = 32;

/** The name under which the control database knows an id of Meta's: without the key it leads nowhere. */
export function routeHash(key: string, kind: RouteKind, metaId: string): Buffer {
  const secret = Buffer.from(key, 'base64');
  try {
    return Buffer.from(sodium.crypto_generichash(hashBytes, `${kind}|${metaId}`, secret));
  } finally {
    sodium.memzero(secret);
  }
}
