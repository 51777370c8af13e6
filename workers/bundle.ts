import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'node_modules/.cache/quixess-social');

/**
 * The path of the workflow bundle for the code as it is now; built where it is missing, in a process of its own, because
 * the bundler's memory would otherwise stay with the worker for its whole life.
 */
export async function workflowBundle(): Promise<string> {
  const path = join(folder, `workflows-${fingerprint()}.js`);
  if (existsSync(path)) return path;
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), path], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const errors: Buffer[] = [];
  child.stderr.on('data', (chunk) => errors.push(chunk));
  const code = await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject));
  if (code !== 0) throw new Error(`The workflows could not be bundled:\n${Buffer.concat(errors).toString()}`);
  return path;
}

/** Changes with every source of a workflow and with the SDK, whose version bundle and worker must share. */
function fingerprint(): string {
  const hash = createHash('sha256').update(sdkVersion());
  for (const file of globSync('workflows/**/*.ts', { cwd: root }).sort())
    hash.update(file).update(readFileSync(join(root, file)));
  return hash.digest('hex').slice(0, 16);
}

const sdkVersion = (): string => createRequire(import.meta.url)('@temporalio/worker/package.json').version;

async function build(path: string): Promise<void> {
  const { bundleWorkflowCode } = await import('@temporalio/worker');
  const { code } = await bundleWorkflowCode({ workflowsPath: join(root, 'workflows/index.ts') });
  mkdirSync(folder, { recursive: true });
  // Two processes may build at once: each renames a whole file into place.
  const whole = `${path}.${process.pid}`;
  writeFileSync(whole, code);
  renameSync(whole, path);
}

if (import.meta.main) await build(process.argv[2] ?? '');
