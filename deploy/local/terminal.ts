/** What the stack says when it is ready. */
export interface Ready {
  ready: true;
  readyMs: number;
  api: string;
  docs: string;
  temporalUi: string | undefined;
  simulator: string | undefined;
  page: string | undefined;
  demo: { email: string; password: string };
  logs: string;
  pids: Record<string, number>;
}

/** What is said to whoever started the stack: lines for a person, or one JSON line for a script and the lines on stderr. */
export class Terminal {
  readonly #json: boolean;
  readonly #began: number;

  /** @param o.began when the start began, in ms since the epoch */
  constructor(o: { json: boolean; began: number }) {
    this.#json = o.json;
    this.#began = o.began;
  }

  readonly say = (line: string): void => {
    const out = this.#json ? process.stderr : process.stdout;
    out.write(`${((Date.now() - this.#began) / 1000).toFixed(1).padStart(6)} s  ${line}\n`);
  };

  ready(what: Omit<Ready, 'ready' | 'readyMs'>): void {
    const ready: Ready = { ready: true, readyMs: Math.round(Date.now() - this.#began), ...what };
    process.stdout.write(this.#json ? `${JSON.stringify(ready)}\n` : table(ready));
  }
}

function table(ready: Ready): string {
  const rows: [string, string | undefined][] = [
    ['API', ready.api],
    ['its documentation', ready.docs],
    ['Temporal Web UI', ready.temporalUi],
    ['simulated Page', ready.page ?? ready.simulator],
    ['demo login', `${ready.demo.email}  ${ready.demo.password}`],
    ['logs', ready.logs],
  ];
  const lines = rows.flatMap(([what, where]) => (where ? [`  ${what.padEnd(18)} ${where}`] : []));
  return `\nReady after ${(ready.readyMs / 1000).toFixed(1)} s.\n\n${lines.join('\n')}\n\n  npm run demo publishes a post. Ctrl-C stops everything; the data stay.\n\n`;
}
