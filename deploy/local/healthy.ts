import { setTimeout as sleep } from 'node:timers/promises';

/** Asks until the answer is 200. @throws with the last answer, when the time is over or there is no point in waiting */
export async function untilHealthy(url: string, withinMs: number, gaveUp: () => boolean): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch((cause: Error) => cause);
    if (answer instanceof Response) await answer.body?.cancel();
    if (answer instanceof Response && answer.ok) return;
    if (gaveUp() || Date.now() > deadline)
      throw new Error(answer instanceof Response ? `${url} answers ${answer.status}` : `${url} does not answer`);
    await sleep(50);
  }
}
