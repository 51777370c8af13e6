import { createHmac, timingSafeEqual } from 'node:crypto';
import { parse, stringify } from 'uuid';

export interface SignedMedia {
  tenant: string;
  media: string;
  expiresAt: Date;
}

const idBytes = 16;
const expiryBytes = 8;
const claimBytes = 2 * idBytes + expiryBytes;
const macBytes = 32;

/**
 * The address under which Meta, or a browser, fetches one media until `expiresAt`: `publicUrl/media/<token>`.
 * @param key MEDIA_URL_KEY, in base64
 */
export function signMediaUrl(key: string, publicUrl: string, { tenant, media, expiresAt }: SignedMedia): string {
  const claim = Buffer.alloc(claimBytes);
  claim.set(parse(tenant), 0);
  claim.set(parse(media), idBytes);
  claim.writeBigUInt64BE(BigInt(expiresAt.getTime()), 2 * idBytes);
  const token = Buffer.concat([claim, macOf(key, claim)]).toString('base64url');
  return `${publicUrl.replace(/\/$/, '')}/media/${token}`;
}

/**
 * @param token the last part of the address
 * @returns undefined for what we did not sign, and for what has expired
 */
export function verifyMediaUrl(key: string, token: string, now: Date = new Date()): SignedMedia | undefined {
  const bytes = Buffer.from(token, 'base64url');
  // One spelling only: base64 decoders forgive much.
  if (bytes.length !== claimBytes + macBytes || bytes.toString('base64url') !== token) return undefined;
  const claim = bytes.subarray(0, claimBytes);
  if (!timingSafeEqual(macOf(key, claim), bytes.subarray(claimBytes))) return undefined;
  const expiresAt = new Date(Number(claim.readBigUInt64BE(2 * idBytes)));
  if (expiresAt <= now) return undefined;
  return { tenant: stringify(claim, 0), media: stringify(claim, idBytes), expiresAt };
}

const macOf = (key: string, claim: Buffer): Buffer =>
  createHmac('sha256', Buffer.from(key, 'base64')).update('media-url').update(claim).digest();
