import { globSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Room {
  /** Folders and files of ours that may be imported, besides the room itself. */
  values: readonly string[];
  /** The same, of which only types may be imported. */
  types?: readonly string[];
  /** Packages that the room may import; absent: any but those of `notPackages`. */
  packages?: readonly string[];
  notPackages?: readonly string[];
}

const declarations = ['ids', 'messages', 'nudge', 'queues', 'search-attributes'].map((name) => `workflows/${name}.ts`);

/** Who may import whom. */
export const rooms: Readonly<Record<string, Room>> = {
  meta: { values: [], packages: [] },
  db: { values: [], notPackages: ['koa', '@temporalio/'] },
  workflows: {
    values: [],
    types: ['activities/', '@temporalio/client'],
    packages: ['@temporalio/workflow', '@temporalio/common'],
  },
  activities: {
    values: ['db/', 'meta/', ...declarations],
    types: ['workflows/'],
    notPackages: ['koa', '@koa/', '@temporalio/worker', '@temporalio/workflow'],
  },
  api: {
    values: ['db/', 'meta/', 'deploy/config.ts', ...declarations],
    notPackages: ['@temporalio/worker', '@temporalio/activity', '@temporalio/testing', 'undici'],
  },
  workers: { values: ['activities/', 'db/', 'deploy/config.ts', ...declarations], notPackages: ['koa', '@koa/'] },
  simulator: { values: [], notPackages: ['@temporalio/', 'kysely', 'pg', 'libsodium-wrappers'] },
  // The operator's command line nudges, and asks Meta through the one door that there is.
  deploy: {
    values: ['db/', 'meta/', 'activities/graph/', 'activities/publish/look-now.ts', ...declarations],
    notPackages: ['koa', '@koa/', '@temporalio/worker', '@temporalio/activity'],
  },
};

/** One sentence for every import of `source` that its room does not allow. */
export function violations(file: string, source: string): string[] {
  const [name = ''] = file.split('/');
  const room = rooms[name];
  if (!room) return [];
  const values = new Set(imports(stripTypeScriptTypes(source)));
  return imports(source).flatMap((specifier) => {
    const to = specifier.startsWith('.') ? normalize(join(dirname(file), specifier)) : specifier;
    if (allowed(name, room, to, values.has(specifier))) return [];
    return [`${file} imports ${values.has(specifier) ? '' : 'types of '}${to}`];
  });
}

function allowed(name: string, room: Room, to: string, isValue: boolean): boolean {
  if (to.startsWith(`${name}/`)) return true;
  if (matches(to, room.values) || (!isValue && matches(to, room.types ?? []))) return true;
  if (isOurs(to)) return false;
  return room.packages ? matches(to, room.packages) : !matches(to, room.notPackages ?? []);
}

const isOurs = (to: string) =>
  to.startsWith('..') || to.startsWith('tests/') || Object.hasOwn(rooms, to.split('/')[0] ?? '');

/** A pattern that ends in a slash stands for all below it. */
const matches = (to: string, patterns: readonly string[]) =>
  patterns.some(
    (pattern) => to === pattern || (pattern.endsWith('/') ? to.startsWith(pattern) : to.startsWith(`${pattern}/`)),
  );

function imports(source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const found = code.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)['"]([^'"\s,]+)['"]/g);
  return [...new Set([...found].map(([, specifier]) => specifier as string))];
}

export function violationsBelow(root: string): string[] {
  return globSync(`{${Object.keys(rooms).join(',')}}/**/*.{ts,js}`, { cwd: root }).flatMap((file) =>
    violations(file, readFileSync(join(root, file), 'utf8')),
  );
}

if (import.meta.main) {
  const found = violationsBelow(fileURLToPath(new URL('../..', import.meta.url)));
  for (const words of found) console.error(words);
  if (found.length) console.error('The rules and their reasons are in tests/checks/import-rules.ts and the README.');
  process.exitCode = found.length ? 1 : 0;
}
