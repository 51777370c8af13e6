import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { plainEnv } from '../../deploy/local/child.ts';
import { compileCache } from '../../deploy/local/node-command.ts';

const program = fileURLToPath(new URL('../../deploy/ops.ts', import.meta.url));

export interface Said {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** What an operator types, with this environment and nothing else of ours. */
export async function say(env: Record<string, string>, ...args: string[]): Promise<Said> {
  const plain = { ...plainEnv(), NODE_COMPILE_CACHE: compileCache };
  const child = spawn(process.execPath, [program, ...args], { env: { ...plain, ...env } });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once('close', resolve).once('error', reject),
  );
  return { code, stdout, stderr };
}

/** The same with `--json`: one line, parsed. */
export async function sayJson<T>(
  env: Record<string, string>,
  ...args: string[]
): Promise<{ code: number | null; said: T }> {
  const { code, stdout, stderr } = await say(env, ...args, '--json');
  const lines = stdout.trim().split('\n');
  if (lines.length !== 1) throw new Error(`One line of JSON was expected: ${stdout}${stderr}`);
  return { code, said: JSON.parse(lines[0] ?? '') as T };
}
