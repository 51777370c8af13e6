import { chmodSync, copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDir, cached, cacheName } from './cache.ts';
import { CannotStart } from './cannot-start.ts';
import { isProgram, onPath, run } from './programs.ts';
import { sdkDownload } from './sdk-download.ts';
import type { Search } from './temporal-cli.ts';

const recipe = fileURLToPath(new URL('test-server', import.meta.url));

/**
 * The time-skipping test server, to be given to `TestWorkflowEnvironment.createTimeSkipping` as `existing-path`:
 * TEMPORAL_TEST_SERVER, the cached copy, the SDK's own download, or the Java one from Maven; the first that works.
 * @throws with what to do, when no way works
 */
export async function testServer({ env, say }: Search): Promise<string> {
  const named = env.TEMPORAL_TEST_SERVER;
  if (named && !isProgram(named)) throw new CannotStart(`TEMPORAL_TEST_SERVER names ${named}, which is not a program.`);
  if (named) return named;
  const name = cacheName('temporal-test-server', join(recipe, 'pom.xml'));
  return join(await cached(join(cacheDir(env), name), (to) => make(to, env, say), say), 'run');
}

async function make(to: string, env: Search['env'], say: Search['say']): Promise<void> {
  say('The time-skipping test server is not here yet: downloading it …');
  mkdirSync(to);
  const download = await sdkDownload('time-skipping', join(to, 'run'));
  if (download.ok) return chmodSync(join(to, 'run'), 0o755);
  say('Fetching it from Maven …');
  const maven = onPath('mvn', env.PATH);
  const fetched = maven ? await fromMaven(maven, to) : { ok: false as const, why: 'Maven is not installed' };
  if (fetched.ok && onPath('java', env.PATH)) return copyFileSync(join(recipe, 'run'), join(to, 'run'));
  throw new CannotStart(
    [
      'The time-skipping test server could not be had.',
      `  The download failed: ${download.why}`,
      `  Maven failed: ${fetched.ok ? 'Java is not installed' : fetched.why}`,
      'Install Java 17 or newer and Maven, or name a test server with TEMPORAL_TEST_SERVER.',
    ].join('\n'),
  );
}

const fromMaven = (maven: string, to: string) =>
  run(maven, ['-q', '-B', 'dependency:copy-dependencies', `-DoutputDirectory=${join(to, 'lib')}`], { cwd: recipe });
