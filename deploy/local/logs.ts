import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readdirSync, readSync, renameSync } from 'node:fs';
import { join } from 'node:path';

const tailBytes = 16_384;
const tailLines = 15;

/** The log files begin anew with each start; those of the start before are kept as `NAME.previous.log`. */
export function freshLogs(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const logs = readdirSync(folder).filter((name) => name.endsWith('.log') && !name.endsWith('.previous.log'));
  for (const name of logs) renameSync(join(folder, name), join(folder, name.replace(/log$/, 'previous.log')));
}

/** The end of a log, indented, for a message to people. */
export function lastLines(file: string): string {
  const text = existsSync(file) ? tail(file).trimEnd() : '';
  const lines = text ? text.split('\n').slice(-tailLines) : ['(it says nothing)'];
  return lines.map((line) => `  | ${line}`).join('\n');
}

function tail(file: string): string {
  const fd = openSync(file, 'r');
  try {
    const { size } = fstatSync(fd);
    const bytes = Buffer.alloc(Math.min(size, tailBytes));
    readSync(fd, bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString();
  } finally {
    closeSync(fd);
  }
}
