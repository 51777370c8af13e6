import { TenantNotFound } from '../../db/tenant/locate.ts';
import { VaultError } from '../../db/vault/envelope.ts';
import { ConfigError } from '../config.ts';
import { type Exit, exits, OpsFailure } from './command.ts';
import { isSilence } from './run-of-workflow.ts';

export interface Said {
  exit: Exit;
  wrong: string;
  next: string;
}

const unreachable = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH', 'ECONNRESET']);
const noAnswer = /timeout exceeded when trying to connect|Connection terminated/;

/** What went wrong, in words of ours, and what to do. Never what a database said: it could quote a row. */
export function explain(cause: unknown): Said {
  if (cause instanceof OpsFailure) return { exit: cause.exit, wrong: cause.message, next: cause.next };
  if (cause instanceof ConfigError)
    return { exit: exits.wrongConfiguration, wrong: cause.message, next: 'Set what is named (README, Configuration).' };
  const said = (wrong: string, next: string): Said => ({ exit: exits.failed, wrong, next });
  if (isSilence(cause))
    return said(
      'Temporal does not answer at TEMPORAL_ADDRESS.',
      'Start it, or look at its log. Nothing is lost: what is due is caught up when it is back.',
    );
  const { code, message = '' } = (cause ?? {}) as { code?: string; message?: string };
  if ((code && unreachable.has(code)) || noAnswer.test(message))
    return said(
      'PostgreSQL does not answer at DATABASE_URL or WORKER_DATABASE_URL.',
      'Start it, or look at its log; then say this again.',
    );
  if (code === '28P01' || code === '28000')
    return said(
      'PostgreSQL refuses the login in DATABASE_URL or WORKER_DATABASE_URL.',
      'Compare with the environment of the worker; setup gives the logins the passwords that it finds there.',
    );
  if (code === '42P01' || code === '42703' || code === '3D000')
    return said('The databases are older than this program.', 'Run the setup of this version: node deploy/setup.ts');
  if (cause instanceof VaultError)
    return said(
      'Something sealed does not open: MASTER_KEY is not the one that it was sealed under.',
      'Give this command the MASTER_KEY of the workers; while it is being rotated, MASTER_KEY_PREVIOUS too.',
    );
  if (cause instanceof TenantNotFound)
    return { exit: exits.notFound, wrong: 'There is no such tenant.', next: 'See all: npm run ops -- tenants' };
  const name = cause instanceof Error ? cause.name : 'no Error';
  return said(
    `This command failed in a way that nobody foresaw (${[name, code].filter(Boolean).join(', ')}).`,
    `Look at the logs of worker and databases, and report it with this:\n${placesOf(cause)}`,
  );
}

/** Where it was thrown; the message stays unsaid. */
const placesOf = (cause: unknown): string =>
  (cause instanceof Error ? (cause.stack ?? '') : '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 6)
    .join('\n');
