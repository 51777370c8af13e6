import { getHeapStatistics } from 'node:v8';
import { BroadcastChannel } from 'node:worker_threads';

/** Preloaded into every thread of a process: when asked, frees all that nobody holds in its heap, and says what is left. */
const channel = new BroadcastChannel('heap');
channel.onmessage = ({ data }: { data: unknown }) => {
  if (data !== 'collect') return;
  const { gc } = globalThis as { gc?: () => void };
  // What the first time finalizes is free after the second.
  gc?.();
  gc?.();
  const { used_heap_size, external_memory } = getHeapStatistics();
  channel.postMessage({ bytes: used_heap_size + external_memory });
};
channel.unref();
