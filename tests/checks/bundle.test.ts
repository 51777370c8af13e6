import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { workflowBundle } from '../../workers/bundle.ts';

const maxBytes = 600 * 1024;

test('the bundle of the workflows stays small, so that thousands can be cached', async () => {
  const bundle = readFileSync(await workflowBundle(), 'utf8');
  const [code = ''] = bundle.split('//# sourceMappingURL=');
  expect(Buffer.byteLength(code)).toBeLessThan(maxBytes);
});

test('no library that is heavy or has side effects got into it', async () => {
  const bundle = readFileSync(await workflowBundle(), 'utf8');
  expect(bundle).not.toMatch(/node_modules\/(zod|libsodium|undici|kysely|pg|koa)\//);
});

// All workflows of a worker share one copy of each module: what one of them keeps there, others would find.
test.each(globSync('workflows/**/*.ts'))('%s keeps nothing outside of its functions', (file) => {
  const kept = readFileSync(file, 'utf8').match(/^(export )?(let|var) .*|^(export )?const .*= (new |\[\]|\{\}).*/gm);
  expect(kept).toBe(null);
});
