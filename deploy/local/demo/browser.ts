/** What went wrong, and where to look. */
export class DemoFailure extends Error {
  override name = 'DemoFailure';
}

export interface Answer {
  status: number;
  url: string;
  headers: Headers;
  text: string;
}

/**
 * The part of a browser that the demo needs: cookies for each origin, and redirects followed one by one.
 */
export class Browser {
  readonly #cookies = new Map<string, Map<string, string>>();

  async open(url: string, init: RequestInit = {}): Promise<Answer> {
    let [at, request] = [new URL(url), init];
    for (let hops = 0; hops < 10; hops++) {
      const response = await this.#fetch(at, request);
      const location = response.headers.get('location');
      const text = await response.text();
      if (response.status < 300 || response.status > 399 || !location)
        return { status: response.status, url: at.href, headers: response.headers, text };
      at = new URL(location, at);
      request = {};
    }
    throw new DemoFailure(`${url} redirects without end.`);
  }

  /** Calls the JSON API of `origin`, as its own page would. */
  async api<T>(
    origin: string,
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<T> {
    const raw = body instanceof Uint8Array;
    const answer = await this.open(`${origin}${path}`, {
      method,
      headers: { origin, ...(body === undefined || raw ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: raw ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
    });
    if (answer.status >= 200 && answer.status < 300) return (answer.text ? JSON.parse(answer.text) : undefined) as T;
    throw new DemoFailure(`${method} ${path} answered ${answer.status}: ${answer.text.slice(0, 500)}`);
  }

  async #fetch(url: URL, init: RequestInit): Promise<Response> {
    const jar = this.#cookies.get(url.host) ?? new Map<string, string>();
    this.#cookies.set(url.host, jar);
    const headers = new Headers(init.headers);
    if (jar.size) headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await fetch(url, { ...init, headers, redirect: 'manual' }).catch((cause) => {
      throw new DemoFailure(`${url.origin} cannot be reached. Does the stack run (npm start)?`, { cause });
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      const at = pair.indexOf('=');
      jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return response;
  }
}
