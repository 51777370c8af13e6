import { eventually } from '../stack/eventually.ts';
import type { Stack } from '../stack/stack.ts';

interface Decision {
  person: string;
  pages?: string[];
  permissions?: string[];
  decision?: 'continue' | 'cancel';
}

export interface Authorization {
  id: string;
  status: string;
  reason: string | null;
  connectionId: string | null;
}

export interface Connection {
  id: string;
  state: string;
  permissions: { name: string; accessed: string; purpose: string; grant: string; accounts: string[] | null }[];
  found: { id: string; platform: string; metaId: string; name: string }[];
  missing: string[];
}

/** The member of a stack who connects: begins here, decides at Meta, and is sent back. */
export class Dialog {
  readonly #stack: Stack;

  constructor(stack: Stack) {
    this.#stack = stack;
  }

  async begin(): Promise<{ id: string; url: URL }> {
    const { status, body } = await this.#stack.member.post<{ id: string; authorizeUrl: string }>('/v1/authorizations');
    if (status !== 201) throw new Error(`Beginning answered ${status}: ${JSON.stringify(body)}`);
    return { id: body.id, url: new URL(body.authorizeUrl) };
  }

  /** @returns where Meta sends the browser back to */
  async decide(
    url: URL,
    { person, pages = ['all'], permissions = ['all'], decision = 'continue' }: Decision,
  ): Promise<URL> {
    const body = new URLSearchParams({ decision, person });
    for (const page of pages) body.append('page', page);
    for (const permission of permissions) body.append('permission', permission);
    const answer = await fetch(url, { method: 'POST', body, redirect: 'manual' });
    const location = answer.headers.get('location');
    if (!location) throw new Error(`The dialog answered ${answer.status} ${await answer.text()}`);
    return new URL(location);
  }

  /** The browser comes back. */
  async comeBack(back: URL): Promise<{ status: number; body: string }> {
    const accept = { accept: 'text/html' };
    return this.#stack.member.send<string>('GET', `${back.pathname}${back.search}`, undefined, accept);
  }

  /** How the attempt ended. */
  ended(id: string): Promise<Authorization> {
    return eventually(
      async () => {
        const { body } = await this.#stack.member.get<Authorization>(`/v1/authorizations/${id}`);
        return !['waiting', 'returned', 'exchanging'].includes(body.status) && body;
      },
      { what: 'the attempt to end' },
    );
  }

  async through(decision: Decision): Promise<Authorization> {
    const { id, url } = await this.begin();
    await this.comeBack(await this.decide(url, decision));
    return this.ended(id);
  }

  /** Logs in; the connection once its accounts can be chosen. */
  async logIn(decision: Decision): Promise<Connection> {
    const { connectionId, reason } = await this.through(decision);
    if (!connectionId) throw new Error(`It ended otherwise: ${reason}`);
    return this.becomes(connectionId, 'choosing');
  }

  async choose({ id, found }: Connection, metaIds: string[]): Promise<Connection> {
    const accounts = found.filter(({ metaId }) => metaIds.includes(metaId)).map((account) => account.id);
    const { status, body } = await this.#stack.member.put(`/v1/connections/${id}/accounts`, { accounts });
    if (status !== 200) throw new Error(`Choosing answered ${status}: ${JSON.stringify(body)}`);
    return this.becomes(id, 'connected');
  }

  becomes(connection: string, state: string): Promise<Connection> {
    return eventually(
      async () => {
        const { body } = await this.#stack.member.get<Connection>(`/v1/connections/${connection}`);
        return body.state === state && body;
      },
      { what: `the connection to be ${state}` },
    );
  }
}
