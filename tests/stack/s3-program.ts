import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDir, cached, cacheName } from '../../deploy/local/cache.ts';
import { onPath, run } from '../../deploy/local/programs.ts';

const module = fileURLToPath(new URL('s3', import.meta.url));

export type S3Program = { ok: true; path: string } | { ok: false; why: string };

/**
 * A real server of the S3 protocol, versitygw: on the PATH, the cached copy, or built from its Go modules, once a machine, in about two minutes.
 * Where none can be had only the tests that need it fail, and say why.
 */
export async function s3Program(say: (line: string) => void): Promise<S3Program> {
  const here = onPath('versitygw');
  if (here) return { ok: true, path: here };
  const kept = join(cacheDir(), cacheName('versitygw', join(module, 'go.sum')));
  try {
    return { ok: true, path: await cached(kept, (to) => build(to, say), say) };
  } catch (error) {
    return { ok: false, why: `No S3 server to test against: ${error instanceof Error ? error.message : 'unknown'}` };
  }
}

async function build(to: string, say: (line: string) => void): Promise<void> {
  const go = onPath('go');
  if (!go) throw new Error('install Go 1.26 or newer, or put versitygw on the PATH.');
  say('Building an S3 server for the tests with Go, once on this machine; on two cores it takes about two minutes …');
  const args = ['build', '-trimpath', '-ldflags=-s -w', '-o', to, 'github.com/versity/versitygw/cmd/versitygw'];
  const built = await run(go, args, { cwd: module, env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '' } });
  if (!built.ok || !existsSync(to)) throw new Error(built.ok ? 'nothing was built' : built.why);
}
