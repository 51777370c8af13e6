import type { Stack } from '../stack/stack.ts';

/** One call as Meta has seen it. */
export interface Asked {
  method: string;
  path: string;
  /** What the simulator calls it. */
  call: string;
  fields: string[];
}

/** Every call of the Graph API that was made until now, from the log of the simulator. */
export function askedOfMeta(stack: Stack): Asked[] {
  const lines = stack.processes.log('simulator').split('\n').flatMap(parsed);
  return lines.flatMap(({ msg, method, path, call, fields }) => {
    if (msg !== 'request' || typeof call !== 'string') return [];
    return [{ method: String(method), path: String(path), call, fields: topLevel(String(fields ?? '')) }];
  });
}

function parsed(line: string): Record<string, unknown>[] {
  if (!line.startsWith('{')) return [];
  return [JSON.parse(line) as Record<string, unknown>];
}

/** Splits at the commas that are not within braces. */
const topLevel = (fields: string): string[] => fields.match(/[^,{}]+(\{[^}]*\})?/g) ?? [];
