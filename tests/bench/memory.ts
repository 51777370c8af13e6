import { join } from 'node:path';
import { BroadcastChannel } from 'node:worker_threads';

/** Arguments of Node for a process whose memory is measured thread by thread. */
export const measurable = ['--expose-gc', '--import', join(import.meta.dirname, 'thread-heap.ts')];

export interface Memory {
  /** What JavaScript holds in all threads. */
  heapBytes: number;
  /** What the process has of the machine. */
  rssBytes: number;
}

/** Threads of this process beside the main one, counted from the import on. */
let threads = 0;
process.on('worker', (worker) => {
  threads += 1;
  worker.once('exit', () => {
    threads -= 1;
  });
});

/** Memory of this process when the garbage of every thread is collected. */
export async function memory(): Promise<Memory> {
  const channel = new BroadcastChannel('heap');
  const answers: number[] = [];
  await new Promise<void>((resolve) => {
    channel.onmessage = ({ data }: { data: { bytes: number } }) => {
      answers.push(data.bytes);
      if (answers.length > threads) resolve();
    };
    channel.postMessage('collect');
  });
  channel.close();
  return { heapBytes: answers.reduce((sum, bytes) => sum + bytes), rssBytes: process.memoryUsage.rss() };
}
