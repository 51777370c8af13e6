import { exits, type Result } from './ops/command.ts';
import { commands } from './ops/commands.ts';
import { opsConfig } from './ops/environment.ts';
import { explain } from './ops/failure.ts';
import { help } from './ops/help.ts';
import { openOps } from './ops/open.ts';
import { type Understood, understand } from './ops/understand.ts';

/** The operator's command line. See `npm run ops -- --help`. */
async function main(args: string[]): Promise<Result | undefined> {
  const understood = understand(args, commands);
  return understood && run(understood);
}

async function run({ command, ...asked }: Understood): Promise<Result> {
  const ops = await openOps(await opsConfig(process.env));
  try {
    return await command.run(ops, asked);
  } finally {
    await ops.close();
  }
}

const args = process.argv.slice(2);
const json = args.includes('--json');

try {
  const result = await main(args);
  if (result) console.log(json ? JSON.stringify(result.json) : result.lines.join('\n'));
  else
    console.log(
      json
        ? JSON.stringify({ ok: true, commands: commands.map(({ usage, summary }) => ({ usage, summary })) })
        : help(commands),
    );
  process.exitCode = result?.exit ?? exits.fine;
} catch (cause) {
  const { exit, wrong, next } = explain(cause);
  if (json) console.log(JSON.stringify({ ok: false, wrong, next }));
  else console.error(`${wrong}\nNext: ${next}`);
  process.exitCode = exit;
}
