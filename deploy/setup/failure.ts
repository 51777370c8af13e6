import { ConfigError } from '../config.ts';

/** EX_CONFIG of sysexits.h: starting again does not help, somebody has to change the configuration. */
const wrongConfiguration = 78;
const failed = 1;

const unreachable = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ECONNRESET',
]);
/** pg's own words for an address behind which nothing answers, or nothing that speaks its language. */
const noAnswer = /timeout exceeded when trying to connect|Connection terminated/;
/** kysely's words for a migration that was carried out and whose file is not here. */
const newerData = /corrupted migrations: previously executed migration .* is missing/;
const startingUp = '57P03';
/** What PostgreSQL calls a wrong login, a missing database and a missing right. */
const refused: Record<string, string> = {
  '28P01': 'PostgreSQL refuses the login in DATABASE_URL: name or password is wrong.',
  '28000': 'PostgreSQL refuses the login in DATABASE_URL: it may not connect from here.',
  '3D000': 'The database named in DATABASE_URL does not exist; leave it away, or use "postgres".',
  '42501':
    'The login in DATABASE_URL lacks a right: it needs CREATEDB and CREATEROLE, and what an earlier setup made must belong to it.',
};

/** Says on stderr, in one sentence, why the setup did not end. @returns the exit code */
export function sayWhatIsWrong(cause: unknown): number {
  const { code } = cause as { code?: string };
  if (cause instanceof ConfigError) return say(cause.message, wrongConfiguration);
  if (cause instanceof Error && noAnswer.test(cause.message))
    return say('PostgreSQL does not answer at the address in DATABASE_URL.', failed);
  if (code && unreachable.has(code))
    return say(`PostgreSQL cannot be reached at the address in DATABASE_URL (${code}).`, failed);
  if (code === startingUp) return say('PostgreSQL is still starting up: try again in a moment.', failed);
  if (cause instanceof Error && newerData.test(cause.message))
    return say(
      'The databases were made by newer code than this. Go on with that code, or wipe a local stack with npm run reset.',
      failed,
    );
  const refusal = code && refused[code];
  if (refusal) return say(refusal, wrongConfiguration);
  return say(`The setup failed: ${cause instanceof Error ? cause.message : String(cause)}`, failed);
}

function say(sentence: string, exitCode: number): number {
  process.stderr.write(`${sentence}\n`);
  return exitCode;
}
