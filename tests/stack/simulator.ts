export interface Fault {
  call: string;
  then: string;
  times?: number | 'always';
  [option: string]: unknown;
}

/** The simulator's own doors, which Meta does not have: what is really live, faults, switches. */
export class SimulatorAdmin {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  truth = <T>() => this.ask<T>('GET', '/sim/truth');
  live = <T = unknown[]>(page: string) => this.ask<T>('GET', `/sim/pages/${page}/live`);
  fault = (fault: Fault) => this.ask('POST', '/sim/faults', fault);
  /** Every fault that was asked for, or those limited to a Page, and how often it has hit. */
  faults = (page?: string) => this.ask<(Fault & { hits: number })[]>('GET', `/sim/faults${ofPage(page)}`);
  noFaults = (page?: string) => this.ask('DELETE', `/sim/faults${ofPage(page)}`);
  switches = (switches: Record<string, unknown>) => this.ask('POST', '/sim/switches', switches);
  reset = () => this.ask('POST', '/sim/reset');

  /** Any other of its doors. */
  async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await reached(`${this.url}${path}`, {
      method,
      ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }
}

/** Once more where the connection had been idle for so long that the other side closed it just then. */
const reached = (url: string, init: RequestInit): Promise<Response> =>
  fetch(url, init).catch((cause: unknown) => {
    if (cause instanceof TypeError) return fetch(url, { ...init, headers: { ...init.headers, connection: 'close' } });
    throw cause;
  });

const ofPage = (page: string | undefined) => (page === undefined ? '' : `?page=${page}`);
