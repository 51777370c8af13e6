const lookEveryMs = 500;

/**
 * Calls back when npm is gone. A signal to npm reaches the shell between npm and this process and ends it, but not this
 * process, which would go on alone. Started without npm, it may outlive whoever started it.
 * @param {() => void} then
 */
export function whenNpmIsGone(then) {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(look);
    then();
  }, lookEveryMs);
  look.unref();
}
