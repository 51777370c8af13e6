/** The two hosts of Meta's that are ever spoken to. */
const pinned = new Set(['https://graph.facebook.com', 'https://rupload.facebook.com']);
const loopback = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * The origin of a Graph host: one of the two, or something on this machine that stands in for them.
 * @throws Error when it is any other
 */
export function graphOrigin(url: string): string {
  const { origin, hostname, protocol } = new URL(url);
  if (pinned.has(origin)) return origin;
  if (loopback.has(hostname) && (protocol === 'http:' || protocol === 'https:')) return origin;
  throw new Error(
    'Only graph.facebook.com and rupload.facebook.com are spoken to, or a stand-in on a loopback address',
  );
}

/** Where videos are sent; what stands in for Meta stands in for all of it. */
export const ruploadOrigin = (graphUrl: string): string =>
  graphOrigin(graphUrl) === 'https://graph.facebook.com' ? 'https://rupload.facebook.com' : graphOrigin(graphUrl);
