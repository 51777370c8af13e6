interface Described {
  error: string;
  code?: string;
  at?: string[];
}

const FRAMES_MAX = 8;

/** What may be logged of an error: its kind, its code, where it happened. Never its message, which may quote a person's words. */
export function describeError(error: unknown): Described {
  if (!(error instanceof Error)) return { error: typeof error };
  const code = (error as { code?: unknown }).code;
  const at = error.stack
    ?.split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, FRAMES_MAX)
    .map((line) => line.trim());
  return { error: error.name, ...(typeof code === 'string' && { code }), ...(at && { at }) };
}

// TimeoutError: of an AbortSignal, and of the client of S3.
const outageNames = new Set(['TenantPoolsBusy', 'CommandTooSlow', 'DecisionTooSlow', 'TimeoutError']);
const outageCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'ETIMEDOUT', 'EPIPE']);
const fullDiskCodes = new Set(['ENOSPC', 'EDQUOT']);

/** There is no room for a file: not until somebody makes some. */
export const isDiskFull = (error: unknown) =>
  error instanceof Error && fullDiskCodes.has(String((error as { code?: unknown }).code));

/** A part is away, or too busy: worth trying again, unlike a fault of ours. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (outageNames.has(error.name) || isOutageOfS3(error)) return true;
  const code = (error as { code?: unknown }).code;
  // Classes of PostgreSQL: 08 connection, 53 resources, 57 operator (shutting down, statement time limit), 25P04 transaction time limit.
  if (typeof code === 'string') return outageCodes.has(code) || /^(08|53|57)/.test(code) || code === '25P04';
  return /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout)/.test(error.message);
}

/** It has a fault of its own, or asks for less (503, and of some servers 429). */
function isOutageOfS3(error: Error): boolean {
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0;
  return status >= 500 || status === 429;
}
