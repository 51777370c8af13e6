import { badParameter } from '../errors.ts';
import { SECOND_MS } from '../state/clock.ts';
import type { Call } from './call.ts';

/** `since` and `until`: Unix seconds or a date; 0 when absent. */
export function timeParameter({ params }: Call, name: string): number {
  const text = params.text(name);
  if (!text) return 0;
  const ms = /^\d+$/.test(text) ? Number(text) * SECOND_MS : Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  if (Number.isNaN(ms)) throw badParameter(`param ${name} must be a valid time`);
  return ms;
}
