/** Uploads under way, by their id. */
const underWay = new Map<string, { end: () => void; ended: Promise<void> }>();

/**
 * Makes this the one upload of that id: an older one is ended, since whoever sends it may be gone long since, and waited for. Call what
 * it gives when this one is over.
 */
export async function takeOver(id: string, end: () => void): Promise<() => void> {
  for (let older = underWay.get(id); older; older = underWay.get(id)) {
    older.end();
    await older.ended;
  }
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  underWay.set(id, { end, ended });
  return () => {
    underWay.delete(id);
    resolve();
  };
}
