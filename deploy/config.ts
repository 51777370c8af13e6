import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { tiersOf, tiersWithoutConfiguration } from '../meta/login-configurations.ts';
import { isLoopback, type Name, processes, type Variables, variables } from './variables.ts';

export type Config<P extends keyof typeof processes> = Pick<Variables, (typeof processes)[P][number]>;

/** What is wrong with the environment, one sentence a variable. */
export class ConfigError extends Error {
  readonly problems: string[];
  constructor(problems: string[]) {
    super(`The configuration is not usable:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/**
 * Reads and checks the variables of one process; `NAME_FILE` stands for `NAME` where the value lies in a file.
 * @throws ConfigError that names every wrong or missing variable, never a value
 */
export function readConfig<P extends keyof typeof processes>(
  process: P,
  env: Record<string, string | undefined>,
): Config<P> {
  const names: readonly Name[] = processes[process];
  const given = Object.fromEntries(
    names.map((name) => [name, valueFrom(env, name)]).filter(([, value]) => value !== undefined),
  );
  const mask = Object.fromEntries(names.map((name) => [name, true])) as Record<Name, true>;
  const parsed = variables.pick(mask).safeParse(given);
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map((issue) => sentence(issue, given)));
  const config = parsed.data as Config<P>;
  const problems = crossChecks(config as Partial<Variables>);
  if (problems.length) throw new ConfigError(problems);
  return config;
}

/** Where Meta sends the browser back to: what the dialog of the API was given and what the worker exchanges the code with must be the same. */
export const redirectUri = ({ PUBLIC_URL }: Pick<Variables, 'PUBLIC_URL'>) => `${PUBLIC_URL}/oauth/meta/callback`;

function valueFrom(env: Record<string, string | undefined>, name: Name): string | undefined {
  const file = env[`${name}_FILE`];
  if (file === undefined) return env[name] === '' ? undefined : env[name];
  if (env[name]) throw new ConfigError([`${name} and ${name}_FILE are both set: keep one of them.`]);
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new ConfigError([
      `${name}_FILE names a file that cannot be read (${(cause as NodeJS.ErrnoException).code}).`,
    ]);
  }
}

function sentence(issue: z.core.$ZodIssue, given: Record<string, unknown>): string {
  const name = String(issue.path[0]);
  const meaning = variables.shape[name as Name].description ?? '';
  return name in given ? `${name} is wrong: ${issue.message}. (${meaning})` : `${name} is missing. (${meaning})`;
}

function crossChecks(config: Partial<Variables>): string[] {
  const problems = [];
  if (config.META_LOGIN_MODE === 'config' && !config.META_CONFIG_ID)
    problems.push('META_CONFIG_ID is missing: META_LOGIN_MODE=config needs it.');
  if (config.META_CONFIG_ID && config.META_LOGIN_MODE !== 'config')
    problems.push('META_LOGIN_MODE must be config where META_CONFIG_ID is set: with scopes no configuration is used.');
  const ofBucket = Object.entries(config).filter(([name, value]) => name.startsWith('S3_') && value !== undefined);
  if (ofBucket.length && !config.S3_BUCKET)
    problems.push(
      `S3_BUCKET is missing or empty: name the bucket, or take away ${ofBucket.map(([name]) => name).join(', ')}.`,
    );
  if (!config.S3_ACCESS_KEY_ID !== !config.S3_SECRET_ACCESS_KEY)
    problems.push('S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY belong together: set both or neither.');
  const together = tiersWithoutConfiguration(
    config.META_CONFIG_ID ?? [],
    tiersOf(config.META_FURTHER_PERMISSIONS ?? []),
  );
  if (config.META_CONFIG_ID && together.length)
    problems.push(
      `META_CONFIG_ID has no configuration for ${together.join('+')}, which is asked for at once when somebody logs in again.`,
    );
  if (config.SMTP_URL && !config.MAIL_FROM) problems.push('MAIL_FROM is missing: SMTP_URL needs it.');
  if (config.MAIL_FROM && !config.SMTP_URL)
    problems.push('SMTP_URL is missing: MAIL_FROM needs it, and without it nothing is mailed.');
  if (
    config.WITNESS_DELAY_FACTOR !== undefined &&
    config.WITNESS_DELAY_FACTOR !== 1 &&
    !isLoopback(config.META_GRAPH_URL ?? '')
  )
    problems.push('WITNESS_DELAY_FACTOR must be 1 unless META_GRAPH_URL is a loopback address.');
  return problems;
}
