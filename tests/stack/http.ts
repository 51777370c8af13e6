export interface Answer<T = unknown> {
  status: number;
  headers: Headers;
  body: T;
}

/** A caller of the API as a browser would be: cookie kept, Origin sent. */
export class HttpClient {
  readonly url: string;
  #cookie: string | undefined;

  constructor(url: string) {
    this.url = url;
  }

  /** @throws where the API refuses the login */
  async logIn(email: string, password: string): Promise<void> {
    const { status, body } = await this.post('/v1/session', { email, password });
    if (status >= 300) throw new Error(`The login was refused: ${status} ${JSON.stringify(body)}`);
  }

  get = <T>(path: string) => this.send<T>('GET', path);
  post = <T>(path: string, body?: unknown, headers?: Record<string, string>) =>
    this.send<T>('POST', path, body, headers);
  put = <T>(path: string, body?: unknown, headers?: Record<string, string>) => this.send<T>('PUT', path, body, headers);
  patch = <T>(path: string, body?: unknown, headers?: Record<string, string>) =>
    this.send<T>('PATCH', path, body, headers);
  delete = <T>(path: string, headers?: Record<string, string>) => this.send<T>('DELETE', path, undefined, headers);

  /** Bytes are sent as they are, everything else as JSON. Redirects are answers, not followed. */
  async send<T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const raw = body instanceof Uint8Array || body instanceof FormData;
    const answer = await fetch(new URL(path, this.url), {
      method,
      redirect: 'manual',
      headers: {
        origin: new URL(this.url).origin,
        ...(this.#cookie && { cookie: this.#cookie }),
        ...(body !== undefined && !raw && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: raw ? body : JSON.stringify(body) }),
    });
    for (const cookie of answer.headers.getSetCookie()) this.#cookie = cookie.split(';')[0];
    const text = await answer.text();
    const json = answer.headers.get('content-type')?.includes('json');
    return { status: answer.status, headers: answer.headers, body: (json && text ? JSON.parse(text) : text) as T };
  }
}
