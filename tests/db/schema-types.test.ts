import { readFile } from 'node:fs/promises';
import { test as base, expect, inject } from 'vitest';
import { asAdmin, withDatabase } from '../../db/admin.ts';
import { generated, typesOf } from '../../db/generate-types.ts';
import { freshControl } from '../stack/database.ts';

const test = base.extend<{ urls: Record<'control' | 'tenant', string> }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest wants the pattern
  urls: async ({}, use) => {
    const fresh = await freshControl();
    const tenant = `quixess_t_${(await fresh.tenant()).replaceAll('-', '')}`;
    await use({ control: fresh.ownerUrl, tenant: withDatabase(inject('provisionerUrl'), tenant) });
    await fresh.close();
  },
});

test.for(['control', 'tenant'] as const)(
  'the committed types of the %s database are those of the live one',
  async (kind, { urls }) => {
    const types = await asAdmin(urls[kind], (db) => typesOf(db, generated[kind].type));
    expect(await readFile(generated[kind].file, 'utf8'), 'run: npm run types:db').toBe(types);
  },
);
