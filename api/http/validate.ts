import type { z } from 'zod';
import { type Flaw, type Refusal, refuse } from './problem.ts';

/** Nobody reads more; and a body of nonsense is not answered with ten times as much. */
const FLAWS_SAID_MAX = 100;

type Where = 'body' | 'query';
type Checked<T> = { ok: true; value: T } | { ok: false; refusal: Refusal };

/** Holds input against its schema; what does not fit is said in words, with a JSON pointer (or the parameter's name) each. */
export function validate<S extends z.ZodType>(schema: S, input: unknown, where: Where): Checked<z.output<S>> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return { ok: true, value: parsed.data };
  const all = parsed.error.issues.flatMap((issue) => flaws(issue, where));
  const errors = all.slice(0, FLAWS_SAID_MAX);
  const count = all.length === 1 ? 'One thing is' : `${all.length} things are`;
  return {
    ok: false,
    refusal: refuse('invalid', `${count} wrong: ${errors.map(sentence).join(' ')}`, { errors }),
  };
}

/** RFC 6901 */
const pointer = (path: readonly PropertyKey[]) =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

function flaws(issue: z.core.$ZodIssue, where: Where): Flaw[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => at([...issue.path, key], where, 'is not known here; check its spelling.'));
  if (issue.code === 'invalid_union' && issue.errors.length) {
    // The alternative that came furthest is the one that was meant.
    const depth = (issues: z.core.$ZodIssue[]) => Math.max(0, ...issues.map(({ path }) => path.length));
    const closest = issue.errors.reduce((best, next) => (depth(next) > depth(best) ? next : best));
    if (depth(closest) > 0)
      return closest.flatMap((inner) => flaws({ ...inner, path: [...issue.path, ...inner.path] }, where));
  }
  return [at(issue.path, where, words(issue))];
}

function at(path: readonly PropertyKey[], where: Where, detail: string): Flaw {
  return where === 'body' ? { pointer: pointer(path), detail } : { parameter: path.map(String).join('.'), detail };
}

function words(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') {
    if (issue.message.endsWith('received undefined')) return 'is missing.';
    return `must be ${article(issue.expected)}.`;
  }
  if (issue.code === 'invalid_value' && issue.message.startsWith('Invalid'))
    return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}.`;
  if (issue.code === 'invalid_format' && issue.format === 'datetime' && issue.message.startsWith('Invalid'))
    return 'must be a time like 2026-12-01T08:00:00Z.';
  if (issue.code === 'invalid_format' && issue.format === 'uuid' && issue.message.startsWith('Invalid'))
    return 'must be an id.';
  if (issue.code === 'too_big' && issue.origin === 'number') return `must be ${issue.maximum} at most.`;
  if (issue.code === 'too_small' && issue.origin === 'number') return `must be ${issue.minimum} at least.`;
  const message = issue.message.replace(/^Invalid (input|string): /, '');
  const begin = /^(Invalid|Too|Unrecognized)\b/.test(message) ? 'is wrong: ' : '';
  return `${begin}${message.charAt(0).toLowerCase()}${message.slice(1)}${/[.!?]$/.test(message) ? '' : '.'}`;
}

const article = (type: string) => (/^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`);

const sentence = ({ pointer, parameter, detail }: Flaw) => `${parameter ?? (pointer || 'The body')} ${detail}`;
