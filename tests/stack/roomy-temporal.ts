import type { Command } from '../../deploy/local/child.ts';
import { temporalCommand } from '../../deploy/local/temporal-server.ts';

/** A Temporal that shares the machine with all that is tested: memory is cheaper there than collecting garbage. */
export function roomyTemporal(options: Parameters<typeof temporalCommand>[0]): Command {
  const command = temporalCommand(options);
  return { ...command, env: { ...command.env, GOGC: '400' } };
}
