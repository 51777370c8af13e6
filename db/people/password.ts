import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(argon2);

/** What OWASP recommends for argon2id; written into each hash, so that raising it later leaves old ones usable. */
const cost = { memory: 19_456, passes: 2, parallelism: 1 };
const saltBytes = 16;
const hashBytes = 32;
const argonVersion = 19;
const phc = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,3})\$([\w+/]+)\$([\w+/]+)$/;

/** @returns a PHC string: `$argon2id$v=19$m=…,t=…,p=…$salt$hash` */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const hash = await argon(password, salt, cost, hashBytes);
  const { memory, passes, parallelism } = cost;
  return `$argon2id$v=${argonVersion}$m=${memory},t=${passes},p=${parallelism}$${bare(salt)}$${bare(hash)}`;
}

/** @param stored undefined where nobody has the name: takes as long as a wrong password, so that time does not tell who exists */
export async function verifyPassword(password: string, stored: string | undefined): Promise<boolean> {
  const parts = stored === undefined ? undefined : phc.exec(stored);
  if (!parts) {
    await argon(password, Buffer.alloc(saltBytes), cost, hashBytes);
    return false;
  }
  const [, memory, passes, parallelism, salt = '', hash = ''] = parts;
  const expected = Buffer.from(hash, 'base64');
  const itsCost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  return timingSafeEqual(await argon(password, Buffer.from(salt, 'base64'), itsCost, expected.length), expected);
}

const argon = (password: string, nonce: Buffer, itsCost: typeof cost, tagLength: number): Promise<Buffer> =>
  // The same letters can be typed as different code points.
  derive('argon2id', { message: password.normalize('NFKC'), nonce, tagLength, ...itsCost });

const bare = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '');
