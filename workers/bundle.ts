import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BundleOptions } from '@temporalio/worker';

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

/** Changes with every source of a workflow, with how they are bundled, and with the SDK, whose version bundle and worker must share. */
function fingerprint(): string {
  const hash = createHash('sha256').update(sdkVersion());
  const sources = [...globSync('workflows/**/*.ts', { cwd: root }).sort(), 'workers/bundle.ts'];
  for (const file of sources) hash.update(file).update(readFileSync(join(root, file)));
  return hash.digest('hex').slice(0, 16);
}

const sdkVersion = (): string => createRequire(import.meta.url)('@temporalio/worker/package.json').version;

type WebpackConfiguration = Parameters<NonNullable<BundleOptions['webpackConfigHook']>>[0];

async function build(path: string): Promise<void> {
  const { bundleWorkflowCode } = await import('@temporalio/worker');
  const workflowsPath = join(root, 'workflows/index.ts');
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    // Evaluated once a worker instead of once a workflow, which halves what a cached one costs: no module keeps any state.
    preloadModules: ['@temporalio/workflow', workflowsPath],
    webpackConfigHook: withoutComments,
  });
  mkdirSync(folder, { recursive: true });
  // Two processes may build at once: each renames a whole file into place.
  const whole = `${path}.${process.pid}`;
  writeFileSync(whole, code);
  renameSync(whole, path);
}

/** A quarter of the bundle would be the comments of libraries, in the memory of every worker. Nothing else is changed. */
function withoutComments(config: WebpackConfiguration): WebpackConfiguration {
  const loader = createRequire(createRequire(import.meta.url).resolve('@temporalio/worker')).resolve('swc-loader');
  const minify = { compress: false, mangle: false, format: { comments: false } };
  const options = {
    swcrc: false,
    isModule: 'unknown',
    sourceMaps: true,
    minify: true,
    jsc: { target: 'es2022', minify },
  };
  const libraries = { test: /\.js$/, include: /node_modules/, use: { loader, options } };
  return { ...config, module: { ...config.module, rules: [...(config.module?.rules ?? []), libraries] } };
}

if (import.meta.main) await build(process.argv[2] ?? '');
