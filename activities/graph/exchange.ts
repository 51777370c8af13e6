import type { Dispatcher } from 'undici';
import type { Headers } from './usage.ts';

interface Answered {
  statusCode: number;
  headers: Headers;
  text: string;
}

interface Limits {
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  answerAtMostBytes: number;
}

/**
 * Sends one request and waits for the whole of its answer. It goes without undici's streams and abort signals, which cost more than the rest of a
 * small call, and a thousand of these may be due at one instant.
 * @throws when there is no whole answer in time, the answer is larger than any that we ask for, or `signal` is aborted
 */
export function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  { timeoutMs, signal, answerAtMostBytes }: Limits,
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let over: Error | undefined;
    let answer: Omit<Answered, 'text'> | undefined;
    let bytes = 0;
    const chunks: Buffer[] = [];
    const fail = (error: Error) => {
      over ??= error;
      finish();
      reject(over);
      controller?.abort(over);
    };
    const aborted = () => fail(new Error('aborted'));
    const tooLate = () => fail(new Error('no answer in time'));
    const endsAtMs = performance.now() + timeoutMs;
    const timer = setTimeout(tooLate, timeoutMs).unref();
    const finish = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', aborted);
    };
    signal?.addEventListener('abort', aborted);
    if (signal?.aborted) return aborted();
    dispatcher.dispatch(request, {
      onRequestStart(begun) {
        controller = begun;
        // It waited for a connection for too long: it is not sent any more. A process that was frozen comes here before its timers fire.
        if (over) begun.abort(over);
        else if (performance.now() >= endsAtMs) tooLate();
      },
      onResponseStart(_, statusCode, headers) {
        if (statusCode >= 200) answer = { statusCode, headers };
      },
      onResponseData(_, chunk) {
        bytes += chunk.length;
        if (bytes > answerAtMostBytes) return fail(new Error('too large'));
        chunks.push(chunk);
      },
      onResponseEnd() {
        finish();
        if (answer) resolve({ ...answer, text: Buffer.concat(chunks).toString('utf8') });
        else reject(new Error('no answer'));
      },
      onResponseError(_, error) {
        finish();
        reject(error);
      },
    });
  });
}
