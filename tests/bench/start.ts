import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../../deploy/local/settings.ts';
import { withLocalStack, withOwnData } from './local-stack.ts';
import type { Bench } from './run.ts';

/** How long `npm start` takes, without data and with them, and how long after its time the demo's post is on the Page. */
export const bench: Bench = (say) =>
  withOwnData(async (env) => {
    const firstReadyMs = await withLocalStack(env, async ({ readyMs }) => readyMs);
    say(`Ready after ${firstReadyMs} ms with new data; again with these …`);
    return withLocalStack(env, async ({ readyMs, api }) => {
      say(`Ready after ${readyMs} ms; publishing …`);
      const { publishedAfterDueMs: publishedMs } = await demo(api);
      return { readyMs, publishedMs, firstReadyMs };
    });
  });

/** @throws with what the demo said, where it failed */
function demo(api: string): Promise<{ publishedAfterDueMs: number }> {
  const script = join(root, 'deploy', 'local', 'demo.ts');
  const child = spawn(process.execPath, [script, '--json', '--api', api], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(JSON.parse(said) as { publishedAfterDueMs: number });
      else reject(new Error(`The demo failed: ${said}`));
    });
  });
}
