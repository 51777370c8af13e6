/** Both ends included. */
export interface Range {
  start: number;
  end: number;
}

/**
 * One range of bytes, as RFC 9110 has it.
 * @returns undefined where the whole is to be sent: no header, another unit, several ranges, nonsense
 */
export function readRange(header: string, size: number): Range | 'unsatisfiable' | undefined {
  const match = header.match(/^bytes=(\d*)-(\d*)$/);
  if (!match) return undefined;
  const [, from = '', to = ''] = match;
  if (!from && !to) return undefined;
  if (!from) return Number(to) === 0 ? 'unsatisfiable' : { start: Math.max(0, size - Number(to)), end: size - 1 };
  if (to && Number(to) < Number(from)) return undefined;
  if (Number(from) >= size) return 'unsatisfiable';
  return { start: Number(from), end: to ? Math.min(Number(to), size - 1) : size - 1 };
}
