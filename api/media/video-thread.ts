import { parentPort, Worker, workerData } from 'node:worker_threads';
import type { videoFacts } from './video-facts.ts';

const READ_WITHIN_MS = 30_000;
const HEAP_MAX_MIB = 256;

type Facts = Awaited<ReturnType<typeof videoFacts>>;

/**
 * What a video is, read in a thread of its own: a file that is made to exhaust whoever reads it ends the thread and not the process, and the
 * library's memory goes with it.
 * @returns undefined for what cannot be read as a video
 */
export async function videoFactsInThread(path: string): Promise<Facts> {
  const thread = new Worker(new URL(import.meta.url), {
    workerData: { videoAt: path },
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MAX_MIB },
    execArgv: [],
    // What the library says of a file quotes it: that is not for our log.
    stdout: true,
    stderr: true,
  });
  const tooLong = setTimeout(() => void thread.terminate(), READ_WITHIN_MS);
  try {
    return await new Promise<Facts>((resolve) => {
      thread.once('message', resolve);
      // The library says by throwing that the bytes make no video; a thread that ran out of memory or time just ends.
      thread.once('error', () => resolve(undefined));
      thread.once('exit', () => resolve(undefined));
    });
  } finally {
    clearTimeout(tooLong);
    await thread.terminate();
  }
}

const asked: { videoAt?: string } | null = workerData;
if (parentPort && asked?.videoAt) {
  const { videoFacts } = await import('./video-facts.ts');
  parentPort.postMessage(await videoFacts(asked.videoAt));
}
