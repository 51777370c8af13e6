import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDir, cached, cacheName } from './cache.ts';
import { CannotStart } from './cannot-start.ts';
import { isProgram, onPath, run } from './programs.ts';
import { sdkDownload } from './sdk-download.ts';

const module = fileURLToPath(new URL('temporal', import.meta.url));
const buildEveryMs = 15_000;

export interface Search {
  env: Record<string, string | undefined>;
  say: (line: string) => void;
}

/**
 * The Temporal CLI, with the dev server in it: TEMPORAL_CLI, `temporal` on the PATH, the cached copy, the SDK's own download,
 * or built from its Go modules; the first that works.
 * @throws with what to do, when no way works
 */
export async function temporalCli({ env, say }: Search): Promise<string> {
  const named = env.TEMPORAL_CLI;
  if (named && !isProgram(named)) throw new CannotStart(`TEMPORAL_CLI names ${named}, which is not a program.`);
  return named || onPath('temporal', env.PATH) || cachedCli(env, say);
}

const cachedCli = (env: Search['env'], say: Search['say']) =>
  cached(join(cacheDir(env), cacheName('temporal', join(module, 'go.sum'))), (to) => make(to, env, say), say);

async function make(to: string, env: Search['env'], say: Search['say']): Promise<void> {
  say('Temporal is not here yet: downloading it …');
  const download = await sdkDownload('dev-server', to);
  if (download.ok) return;
  const go = onPath('go', env.PATH);
  const build = go ? await goBuild(go, to, say) : { ok: false as const, why: 'Go is not installed' };
  if (build.ok && existsSync(to)) return;
  throw new CannotStart(
    [
      'The Temporal dev server could not be had.',
      `  The download failed: ${download.why}`,
      `  Building it failed: ${build.ok ? 'nothing was built' : build.why}`,
      'Install the Temporal CLI (https://docs.temporal.io/cli) so that `temporal` is on the PATH or TEMPORAL_CLI names it,',
      'or install Go 1.26 or newer, or set TEMPORAL_ADDRESS to a Temporal that runs elsewhere.',
    ].join('\n'),
  );
}

async function goBuild(go: string, to: string, say: Search['say']) {
  say('Building Temporal with Go, once on this machine; on two cores it takes about four minutes …');
  const began = Date.now();
  let packages = 0;
  const tell = setInterval(
    () => say(`  … ${packages} packages built after ${Math.round((Date.now() - began) / 1000)} s`),
    buildEveryMs,
  );
  const args = ['build', '-v', '-trimpath', '-ldflags=-s -w', '-o', to, 'github.com/temporalio/cli/cmd/temporal'];
  const line = (text: string) => {
    if (!text.startsWith('go: ')) packages += 1;
  };
  const built = await run(go, args, { cwd: module, env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '' }, line });
  clearInterval(tell);
  return built;
}
