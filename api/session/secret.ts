import { createHash, randomBytes } from 'node:crypto';

/** 32 random bytes, as text that fits into a header. */
export const newSecret = () => randomBytes(32).toString('base64url');

/** What is stored of a secret: enough to recognise it, useless to whoever reads it. The secret is random, so one round suffices. */
export const hashOf = (secret: string) => createHash('sha256').update(secret).digest();
