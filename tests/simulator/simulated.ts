import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { startSimulator } from '../../simulator/start.ts';

export const appId = '1234567890123456';
export const appSecret = 'a-secret-of-the-tests';
export const redirectUri = 'https://app.example/oauth/meta/callback';
export const pat = '10220000000000001';
export const bakery = '61550000000000001';
export const pottery = '61550000000000002';
export const bakeryInstagram = '17841400000000001';

export const ninePermissions = [
  'pages_show_list',
  'pages_read_engagement',
  'pages_read_user_content',
  'pages_manage_posts',
  'pages_manage_metadata',
  'pages_manage_engagement',
  'instagram_basic',
  'instagram_content_publish',
  'business_management',
];

interface Asked {
  token?: string;
  query?: Record<string, string>;
  form?: Record<string, string>;
  json?: unknown;
  body?: RequestInit['body'];
  headers?: Record<string, string>;
}

export interface Answered {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into by tests, which fail where they are not as expected.
  body: any;
}

/** Talks to a running simulator as an app does, and through its back door. */
export class Simulated {
  readonly url: string;

  constructor(port: number) {
    this.url = `http://127.0.0.1:${port}`;
  }

  async call(
    method: string,
    path: string,
    { token, query, form, json, body, headers = {} }: Asked = {},
  ): Promise<Answered> {
    const address = new URL(path, this.url);
    for (const [name, value] of Object.entries(query ?? {})) address.searchParams.set(name, value);
    const answer = await fetch(address, {
      method,
      redirect: 'manual',
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(form && { body: new URLSearchParams(form) }),
      ...(json !== undefined && { body: JSON.stringify(json) }),
      ...(body !== undefined && { body }),
    });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json');
    return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
  }

  get = (path: string, token?: string, query?: Record<string, string>) =>
    this.call('GET', path, { ...(token && { token }), ...(query && { query }) });
  post = (path: string, token: string, form: Record<string, string> = {}) => this.call('POST', path, { token, form });
  delete = (path: string, token: string) => this.call('DELETE', path, { token });
  sim = (method: string, path: string, json?: unknown) =>
    this.call(method, `/sim/${path}`, json === undefined ? {} : { json });
  fault = (call: string, kind: string, more: Record<string, unknown> = {}) =>
    this.sim('POST', 'faults', Object.fromEntries([['call', call], ['then', kind], ...Object.entries(more)]));
  switch = (switches: Record<string, unknown>) => this.sim('POST', 'switches', switches);
  passTime = (offsetMs: number) => this.sim('POST', 'clock', { offsetMs });
  truth = async () => (await this.sim('GET', 'truth')).body;
  live = async (page = bakery) => (await this.sim('GET', `pages/${page}/live`)).body;

  dialog(asked: Record<string, string> = {}): string {
    const query = {
      client_id: appId,
      redirect_uri: redirectUri,
      state: 'st&te',
      scope: ninePermissions.join(','),
      ...asked,
    };
    return `/v26.0/dialog/oauth?${new URLSearchParams(query)}`;
  }

  /** Presses Continue, with everything ticked unless said otherwise; the address that the person is sent to. */
  async decide(
    ticked: { pages?: string[]; permissions?: string[]; person?: string; decision?: string } = {},
    asked = {},
  ) {
    const { pages = ['all'], permissions = ['all'], person, decision = 'continue' } = ticked;
    const form = new URLSearchParams({ decision, ...(person && { person }) });
    for (const page of pages) form.append('page', page);
    for (const permission of permissions) form.append('permission', permission);
    const answer = await this.call('POST', this.dialog(asked), { body: form });
    return new URL(answer.headers.get('location') ?? 'https://no-redirect.example');
  }

  redeem = (code: string, more: Record<string, string> = {}) =>
    this.get('/v26.0/oauth/access_token', undefined, {
      ...{ client_id: appId, client_secret: appSecret, redirect_uri: redirectUri, code, ...more },
    });

  exchange = (token: string, more: Record<string, string> = {}) =>
    this.get('/v26.0/oauth/access_token', undefined, {
      ...{
        client_id: appId,
        client_secret: appSecret,
        grant_type: 'fb_exchange_token',
        fb_exchange_token: token,
        ...more,
      },
    });

  debug = async (token: string) =>
    (await this.get('/debug_token', `${appId}|${appSecret}`, { input_token: token })).body.data;

  /** The long-lived token of somebody who went through the dialog. */
  async login(ticked: Parameters<Simulated['decide']>[0] = {}): Promise<string> {
    const code = (await this.decide(ticked)).searchParams.get('code') ?? '';
    const short = (await this.redeem(code)).body.access_token;
    return (await this.exchange(short)).body.access_token;
  }

  async pageToken(page = bakery, ticked: Parameters<Simulated['decide']>[0] = {}): Promise<string> {
    return (await this.get(`/${page}`, await this.login(ticked), { fields: 'access_token' })).body.access_token;
  }

  /** Uploads a picture that nobody sees yet; its id. */
  async photo(token: string, page = bakery): Promise<string> {
    return (await this.upload(token, picture(), { published: 'false' }, page)).body.id;
  }

  upload(token: string, bytes: Uint8Array<ArrayBuffer>, fields: Record<string, string> = {}, page = bakery) {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    body.set('source', new Blob([bytes]), 'picture.png');
    return this.call('POST', `/v26.0/${page}/photos`, { token, body });
  }

  async draft(token: string, message = 'Fresh bread'): Promise<string> {
    return (await this.post(`/${bakery}/feed`, token, { message, published: 'false' })).body.id;
  }

  publish = (post: string, token: string) => this.post(`/${post}`, token, { is_published: 'true' });
}

/** A simulator of one test's own, gone with it. */
export async function simulated({ redirectUris = [] }: { redirectUris?: string[] } = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'simulator-'));
  const app = { id: appId, name: 'Quixess Social', secret: appSecret, redirectUris };
  const running = await startSimulator({ port: 0, directory, app, log: pino({ level: 'silent' }) });
  return Object.assign(new Simulated(running.port), {
    directory,
    async [Symbol.asyncDispose]() {
      await running.close();
      await rm(directory, { recursive: true });
    },
  });
}

/** The smallest PNG there is, followed by as many bytes as are wanted. */
export function picture(bytes = 0): Uint8Array<ArrayBuffer> {
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  return new Uint8Array(Buffer.concat([png, Buffer.alloc(Math.max(0, bytes - png.length))]));
}
