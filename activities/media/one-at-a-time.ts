let last: Promise<unknown> = Promise.resolve();
const nothing = () => undefined;

/**
 * Images are converted one after the other: one of some hundred kilobytes can be made so that it takes a gigabyte of memory, and in this process
 * the posts of everybody wait for their instant.
 */
export function oneAtATime<T>(work: () => Promise<T>): Promise<T> {
  const turn = last.then(work);
  last = turn.then(nothing, nothing);
  return turn;
}
