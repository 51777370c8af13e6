import type { z } from 'zod';
import type { TenantDb } from '../../db/tenant/pools.ts';
import type { Received } from '../media/receive.ts';
import type { Parts } from '../parts.ts';
import type { Caller, Member, Role, SessionCaller } from '../session/caller.ts';
import type { Scope } from '../session/scopes.ts';
import type { Content, Errand, Extras } from './answer.ts';
import type { Problem, Refusal } from './problem.ts';

/** An answer that is not JSON: a page, an image, an empty body. */
export interface RawContent {
  contentType: string | null;
  description: string;
}

export const nothing: RawContent = { contentType: null, description: 'Done; no body.' };
export const page: RawContent = { contentType: 'text/html', description: 'A page for people.' };

type Answers = Readonly<Record<number, z.ZodType | RawContent>>;

/**
 * A route, declared once: what it accepts is validated, typed and documented from here, and so is what it answers.
 *
 * `role`: `public` asks nobody; `optional` takes whoever comes, known or not; `known` wants a session or key; the rest want that role in a tenant.
 */
export interface Definition {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  path: `/${string}`;
  summary: string;
  description?: string;
  role: 'public' | 'optional' | 'known' | Role;
  /** Wants a person's session, beside the role: nobody can do it with an API key. */
  person?: true;
  /** The scope that an API key needs; absent: as role and resource say (`scopeOf`). */
  scope?: Scope;
  /**
   * Honours an Idempotency-Key. The handler must be repeatable: ids from `newId`, and what was made before is looked for first, before
   * any rule that time may have turned against it.
   * `secret`: the answer must not be kept, so a repetition runs the handler once more.
   */
  idempotent?: true | 'secret';
  /**
   * Answers with an ETag, of the body unless it says another; where it changes what was read, it asks about If-Match (`staleFor`, `isStale`).
   * Every other command refuses If-Match.
   */
  editable?: true;
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** The body is a file, as it is; it is received before the handler runs, which has it kept. */
  upload?: true;
  answers: Answers;
}

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;

type ByRole<R> = R extends 'public'
  ? { caller: undefined }
  : R extends 'optional'
    ? { caller: Caller | undefined }
    : R extends 'known'
      ? { caller: Caller }
      : { caller: Member; tenant: string; db: TenantDb; newId: NewId };

/** A new UUIDv7. Under an Idempotency-Key the same name gives the same id again. */
export type NewId = (name: string) => string;

export type RequestOf<D extends Definition> = {
  parts: Parts;
  params: Parsed<D['params']>;
  query: Parsed<D['query']>;
  body: Parsed<D['body']>;
  upload: D['upload'] extends true ? Received : undefined;
  address: string;
  header: (name: string) => string;
  /** The caller prefers to read a page rather than JSON. */
  wantsPage: boolean;
} & ByRole<D['role']> &
  (D extends { person: true } ? { caller: SessionCaller } : unknown);

type Body<A, S extends PropertyKey> = A extends typeof Problem
  ? never
  : A extends z.ZodType
    ? { status: S; body: z.input<A> } & Extras
    : { status: S; content: Content } & Extras;

export type AnswerOf<A extends Answers> = { [S in keyof A]: Body<A[S], S> }[keyof A];

/** Any answer, once its route has been left behind. */
export type AnyAnswer = { status: number; body?: unknown; content?: Content } & Extras;
export type AnyRequest = Omit<RequestOf<Definition>, 'caller'> & {
  caller: Caller | undefined;
  tenant?: string;
  db?: TenantDb;
  newId?: NewId;
};

export interface Route {
  definition: Definition;
  handle(request: AnyRequest): Promise<AnyAnswer | Refusal | Errand>;
}

/**
 * @example
 * export const getAccount = route(
 *   { method: 'get', path: '/v1/accounts/{id}', summary: 'One account', role: 'viewer', params: ById, answers: { 200: Account } },
 *   async ({ db, params }) => …,
 * );
 */
export function route<const D extends Definition>(
  definition: D,
  handler: (request: RequestOf<D>) => Promise<AnswerOf<D['answers']> | Refusal | Errand>,
): Route {
  // The serving side builds the request from this very definition, so that its shape is the one the handler was typed for.
  return { definition, handle: handler as unknown as Route['handle'] };
}
