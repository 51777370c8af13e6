import { createHmac } from 'node:crypto';
import type { Dispatcher, FormData } from 'undici';
import { type Coverage, coverageOf } from '../../meta/graph-objects.ts';
import { scopesToAsk } from '../../meta/permissions.ts';
import { graphVersion } from '../../meta/version.ts';
import { assertAllowed, coveredBy } from './allowed.ts';
import type { CallClass } from './call-class.ts';
import { exchange } from './exchange.ts';
import { failureFrom, type GraphFailure, keptBack, noAnswer, notGranted } from './failure.ts';
import type { Governor } from './governor.ts';
import { graphOrigin } from './hosts.ts';
import type { Governed } from './limits.ts';
import { offsetOf, openUploads, type Sending, send, type Upload } from './rupload.ts';
import type { Headers, UseCase } from './usage.ts';
import { WarmPool } from './warm-pool.ts';

export type { GraphFailure } from './failure.ts';

export interface GraphCall {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  token: string;
  fields?: readonly string[];
  /** The permissions that the token was granted: what they do not cover is not asked. Absent: whatever this installation asks for. */
  granted?: readonly string[];
  params?: Record<string, string | number | boolean>;
  form?: FormData;
  timeoutMs?: number;
  signal?: AbortSignal;
  /** Who goes first near a limit; absent: as the caller's room does. */
  class?: CallClass;
  /** Which of Meta's limits it counts against; `pages` where nothing is said. */
  useCase?: UseCase;
}

export type GraphAnswer<T> = { ok: true; data: T } | { ok: false; failure: GraphFailure };

/** Something an operator has to hear about. Constant words; the details hold no token and no data of anybody's. */
export type Alarm = (words: string, details: Record<string, string>) => void;

/** A call that has only to be sent. */
export interface ReadyCall<T> {
  send(timeoutMs?: number): Promise<GraphAnswer<T>>;
}

interface Sent<T> {
  answer: GraphAnswer<T>;
  headers: Headers;
}

/** Who waits for the same limit does not come back at the same instant. */
const jitter = 0.2;
const timeoutByDefaultMs = 20_000;
const answerAtMostBytes = 8 * 1024 * 1024;
/** As many calls as this go out in one instant; the next ones wait for an answer. */
const connectionsAtMost = 1_000;

interface GraphOptions {
  graphUrl: string;
  appId: string;
  appSecret: string;
  alarm?: Alarm;
  /** Shared by all clients of a process. */
  governor?: Governor;
  /** What calls are for that do not say it. */
  class?: CallClass;
  /** What is asked of people besides the nine of the policy, and lets the client ask more of Meta. */
  furtherPermissions?: readonly string[];
  /** How long an answer is waited for where a call does not say it. */
  timeoutMs?: number;
}

/**
 * The only door to Meta. Tokens travel in a header with their proof and appear in no error; every failure is a value.
 * @throws GraphCallNotAllowed from `call` for what this product never asks
 */
export class GraphClient {
  readonly appId: string;
  readonly #options: GraphOptions;
  readonly #connections: Connections;
  readonly #alarm: Alarm;
  readonly #class: CallClass;
  readonly #coverage: Coverage;
  readonly #versionsSeen = new Set<string>([graphVersion]);

  constructor(options: GraphOptions, connections = openConnections(options.graphUrl)) {
    this.appId = options.appId;
    this.#options = options;
    this.#alarm = options.alarm ?? (() => {});
    this.#class = options.class ?? 'token';
    this.#coverage = coverageOf(scopesToAsk(options.furtherPermissions));
    this.#connections = connections;
  }

  /** The same door for calls of another class. It closes with this one. */
  inClass(callClass: CallClass): GraphClient {
    return new GraphClient({ ...this.#options, class: callClass }, this.#connections);
  }

  /** One call with the token of a person or a Page. */
  async call<T>(wanted: GraphCall): Promise<GraphAnswer<T>> {
    return this.ready<T>(wanted).send();
  }

  /**
   * All of a call but its sending, for one that is not to be a millisecond late.
   * @throws GraphCallNotAllowed
   */
  ready<T>(wanted: GraphCall): ReadyCall<T> {
    const call = wanted.granted ? coveredBy(wanted.granted, wanted) : wanted;
    if (!call) return { send: async () => ({ ok: false, failure: notGranted }) };
    assertAllowed({ method: call.method, path: call.path, fields: call.fields ?? [] }, this.#coverage);
    const proof = { appsecret_proof: this.#proofOf(call.token) };
    const request = requestOf(call, { authorization: `Bearer ${call.token}` }, proof);
    const counted = this.#counted(call);
    return {
      send: (timeoutMs = call.timeoutMs) =>
        this.#governed(counted, () => this.#send<T>(request, { timeoutMs, signal: call.signal })),
    };
  }

  /** One call as the app itself: looks at a token. */
  callAsApp<T>(call: Omit<GraphCall, 'token'>): Promise<GraphAnswer<T>> {
    return this.call<T>({ ...call, token: `${this.appId}|${this.#options.appSecret}` });
  }

  /** Exchanges a code or a token for a token: the one call that proves the app by its secret instead of a token. */
  exchange<T>(params: Record<string, string>): Promise<GraphAnswer<T>> {
    const credentials = { client_id: this.appId, client_secret: this.#options.appSecret };
    const call = { method: 'GET', path: '/oauth/access_token', params: { ...params, ...credentials } } as const;
    // Behind a code a person waits, and the code lives for minutes only.
    const callClass = 'code' in params ? 'reply' : this.#class;
    return this.#governed(this.#counted({ ...call, class: callClass }), () =>
      this.#send<T>(requestOf(call, {}, {}), {}),
    );
  }

  /** Sends a video, or what is missing of it. */
  async upload(sending: Sending): Promise<GraphAnswer<unknown>> {
    const answer = await this.#governed(this.#counted(asCall(sending)), () =>
      send(this.#connections.uploads, sending, this.#proofOf(sending.token)),
    );
    // Also when it was kept back, and nobody has read it.
    sending.bytes.destroy();
    return answer;
  }

  /** How many bytes of a video are there. */
  uploadedBytes(upload: Upload): Promise<GraphAnswer<number>> {
    return this.#governed(this.#counted(asCall(upload)), () =>
      offsetOf(this.#connections.uploads, upload, this.#proofOf(upload.token)),
    );
  }

  /** A call that cannot wait will be made within seconds: it finds a connection open. */
  expectCall(): void {
    this.#connections.graph.expectCall();
  }

  async close(): Promise<void> {
    await Promise.all([this.#connections.graph.close(), this.#connections.uploads.close()]);
  }

  #proofOf(token: string): string {
    return createHmac('sha256', this.#options.appSecret).update(token).digest('hex');
  }

  /** What the governor is to know of a call. */
  #counted({ path, useCase = 'pages', class: callClass = this.#class, token }: Counted): Governed {
    const ofApp = token?.startsWith(`${this.appId}|`);
    return { path, useCase, class: callClass, ...(token === undefined || ofApp ? {} : { token }) };
  }

  /** Near a limit a call that can wait is not made at all; whatever is answered is heard for the next ones. */
  async #governed<T>(call: Governed, send: () => Promise<Sent<T>>): Promise<GraphAnswer<T>> {
    const waitMs = (await this.#options.governor?.waitMs(call)) ?? 0;
    if (waitMs > 0) return { ok: false, failure: keptBack(Math.ceil(waitMs * (1 + jitter * Math.random()))) };
    const { answer, headers } = await send();
    this.#options.governor?.hear(call, headers, answer.ok ? undefined : answer.failure);
    return answer;
  }

  async #send<T>(
    request: Dispatcher.DispatchOptions,
    { timeoutMs, signal }: { timeoutMs?: number | undefined; signal?: AbortSignal | undefined },
  ): Promise<Sent<T>> {
    try {
      const withinMs = timeoutMs ?? this.#options.timeoutMs ?? timeoutByDefaultMs;
      const limits = { timeoutMs: withinMs, signal, answerAtMostBytes };
      const { statusCode, headers, text } = await exchange(this.#connections.graph.pool, request, limits);
      this.#watchVersion(headers);
      return { answer: understood<T>(statusCode, text, headers), headers };
    } catch {
      // Whatever broke, broke between us and Meta; its error could quote the request.
      return { answer: { ok: false, failure: noAnswer() }, headers: {} };
    }
  }

  #watchVersion(headers: Headers): void {
    const served = headers['facebook-api-version'];
    if (typeof served !== 'string' || !/^v\d+\.\d+$/.test(served) || this.#versionsSeen.has(served)) return;
    this.#versionsSeen.add(served);
    this.#alarm('Meta serves another version of the Graph API than the pinned one', { pinned: graphVersion, served });
  }
}

/** What an upload counts against. */
const asCall = ({ to, id, token }: Upload) =>
  ({ path: `/${id}`, token, useCase: to === 'ig-api-upload' ? 'instagram' : 'pages' }) as const;

type Connections = ReturnType<typeof openConnections>;

const openConnections = (graphUrl: string) => ({
  graph: new WarmPool(graphOrigin(graphUrl), connectionsAtMost),
  uploads: openUploads(graphUrl),
});

type Counted = Pick<GraphCall, 'path' | 'useCase' | 'class'> & { token?: string };

const requestOf = (
  call: Omit<GraphCall, 'token'>,
  headers: Record<string, string>,
  proof: Record<string, string>,
): Dispatcher.DispatchOptions => ({
  method: call.method,
  path: `/${graphVersion}${call.path}?${query(call, proof)}`,
  ...body(call, { accept: 'application/json', ...headers }),
});

function query({ method, params, fields }: Omit<GraphCall, 'token'>, proof: Record<string, string>): string {
  const inQuery = method === 'POST' ? {} : params;
  const entries = { ...inQuery, ...(fields?.length ? { fields: fields.join(',') } : {}), ...proof };
  return new URLSearchParams(strings(entries)).toString();
}

function body({ method, form, params }: Omit<GraphCall, 'token'>, headers: Record<string, string>) {
  if (form) {
    for (const [name, value] of Object.entries(params ?? {})) form.set(name, String(value));
    return { headers, body: form };
  }
  if (method !== 'POST') return { headers };
  return {
    headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(strings(params ?? {})).toString(),
  };
}

const strings = (values: Record<string, string | number | boolean>) =>
  Object.entries(values).map(([name, value]): [string, string] => [name, String(value)]);

function understood<T>(httpStatus: number, text: string, headers: Headers): GraphAnswer<T> {
  const data = json(text);
  if (data === null || typeof data !== 'object') return { ok: false, failure: noAnswer(httpStatus) };
  if ('error' in data) return { ok: false, failure: failureFrom(httpStatus, data.error, headers) };
  if (httpStatus < 200 || httpStatus > 299) return { ok: false, failure: noAnswer(httpStatus) };
  // "No" without a reason: nobody knows whether anything was done.
  if ('success' in data && data.success === false) return { ok: false, failure: noAnswer(httpStatus) };
  return { ok: true, data: data as T };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text, storable);
  } catch {
    return undefined; // a proxy's page, a cut answer: whatever it is, it is no answer of the Graph
  }
}

/** PostgreSQL keeps neither a NUL nor half of a surrogate pair, and a name that holds one would stop everything else from being kept. */
const storable = (_: string, value: unknown) =>
  typeof value === 'string' ? value.replaceAll('\0', '').toWellFormed() : value;
