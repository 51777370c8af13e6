import type { RouterContext } from '@koa/router';
import { v7 } from 'uuid';
import { z } from 'zod';
import { TenantNotFound } from '../../db/tenant/locate.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { type Received, receive } from '../media/receive.ts';
import type { Parts } from '../parts.ts';
import { type Caller, isMember, type Member } from '../session/caller.ts';
import { setCookie } from '../session/cookie.ts';
import { tell } from '../tell.ts';
import { type Errand, isErrand } from './answer.ts';
import { etagOf, namesTag } from './etag.ts';
import { badKey, once, requestHash } from './idempotency.ts';
import { identify, tenantClosed } from './identify.ts';
import { hasBody, readJson } from './json-body.ts';
import { isRefusal, problemBody, problems, type Refusal, refuse } from './problem.ts';
import type { AnyAnswer, AnyRequest, NewId, Route } from './route.ts';
import { validate } from './validate.ts';

type Outcome = AnyAnswer | Refusal;

/** Serves one request by its route: who asks, what is asked, the work, the answer; then those who must know are told. */
export const serve = (parts: Parts, route: Route) => async (ctx: RouterContext) => {
  const outcome = await attend(parts, route, ctx).catch(tenantGone);
  if (isRefusal(outcome)) return sendRefusal(ctx, outcome);
  // After the answer is safe and before it is sent: whoever reads it may rely on the workflow having been told, if Temporal answers at all.
  if (outcome.changes?.length) await tell(parts, outcome.changes);
  send(ctx, route, outcome, parts.settings.PUBLIC_URL);
};

async function attend(parts: Parts, route: Route, ctx: RouterContext): Promise<Outcome> {
  const { definition } = route;
  const identified = await identify(parts, definition, ctx.headers);
  if (!identified.ok) return identified.refusal;
  const { caller } = identified;
  const waitMs = caller ? parts.rates.count(caller) : 0;
  if (waitMs > 0) return tooMany(waitMs);

  const addressed = readAddress(route, ctx);
  if (!addressed.ok) return addressed.refusal;
  const { 'if-match': ifMatch, 'idempotency-key': given } = ctx.req.headers as Record<string, string | undefined>;
  const key = definition.idempotent ? given : undefined;
  // Before a file is received in vain.
  const badly = badCondition(definition, ifMatch) ?? (key === undefined ? undefined : badKey(key));
  if (badly) return badly;
  return withContent(parts, route, ctx, caller, (content) =>
    work(parts, route, ctx, { caller, key, ...addressed, ...content }),
  );
}

/** @returns words for an If-Match that cannot do what it is given for: to prevent what must not be done */
function badCondition({ editable, method }: Route['definition'], ifMatch: string | undefined): Refusal | undefined {
  if (ifMatch === undefined) return undefined;
  // A caller whose variable was empty means the opposite of one that leaves it out.
  if (ifMatch.trim() === '')
    return refuse(
      'bad-request',
      'If-Match is empty. Send the ETag that you read, or leave it out to change it whatever it is.',
    );
  if (method === 'get') return undefined;
  if (!editable) return refuse('bad-request', 'Nothing that was read before is compared here: leave If-Match out.');
  if (namesTag(ifMatch)) return undefined;
  return refuse('bad-request', 'If-Match names no ETag. Send the one that you read as it is, with its quotes, or *.');
}

const tooMany = (waitMs: number) =>
  refuse('too-many-requests', 'More was asked in this minute than is served in one. Ask less often, or later.', {
    headers: { 'retry-after': String(Math.ceil(waitMs / 1_000)) },
  });

interface Content {
  body?: unknown;
  upload?: Received;
  bytes: Buffer;
}

interface Given extends Content {
  caller: Caller | undefined;
  /** What the caller knows the request by, where one was given and is taken. */
  key: string | undefined;
  params: AnyRequest['params'];
  query: AnyRequest['query'];
}

async function work(parts: Parts, route: Route, ctx: RouterContext, given: Given): Promise<Outcome> {
  const { caller, key, params, query, bytes } = given;
  const request: AnyRequest = {
    parts,
    caller,
    params,
    query,
    body: given.body as AnyRequest['body'],
    upload: given.upload as AnyRequest['upload'],
    address: ctx.ip,
    header: (name) => ctx.get(name),
    wantsPage: ctx.accepts('json', 'html') === 'html',
  };
  const inTenant = !['public', 'optional', 'known'].includes(route.definition.role);
  const run = () =>
    inTenant && caller && isMember(caller)
      ? workInTenant(parts, route, ctx, { request, caller, key, bytes })
      : route.handle(request);
  for (;;) {
    const outcome = await run();
    if (!isErrand(outcome)) return outcome;
    await outcome.errand();
  }
}

interface TenantWork {
  request: AnyRequest;
  caller: Member;
  key: string | undefined;
  bytes: Buffer;
}

async function workInTenant(
  parts: Parts,
  route: Route,
  ctx: RouterContext,
  work: TenantWork,
): Promise<Outcome | Errand> {
  const { tenant, actor } = work.caller;
  const { key } = work;
  const handle = (db: TenantDb, newId: NewId) => route.handle({ ...work.request, tenant, db, newId });
  if (key === undefined) return parts.tenants.use(tenant, (db) => handle(db, () => v7()));
  const hash = requestHash(ctx.method, ctx.path, work.bytes);
  const attempt = { caller: actor, key, requestHash: hash, secret: route.definition.idempotent === 'secret' };
  return once((inTenant) => parts.tenants.use(tenant, inTenant), attempt, handle);
}

/** A session outlives its tenant by a moment. */
function tenantGone(error: unknown): Refusal {
  if (error instanceof TenantNotFound) return tenantClosed();
  throw error;
}

type Address = { ok: true; params: AnyRequest['params']; query: AnyRequest['query'] } | { ok: false; refusal: Refusal };

function readAddress({ definition }: Route, ctx: RouterContext): Address {
  const params = definition.params?.safeParse(ctx.params);
  // An id that cannot be one of ours is one that nobody has.
  if (params && !params.success)
    return { ok: false, refusal: refuse('not-found', 'There is nothing at this address.') };
  const query = validate(definition.query ?? unasked(definition), { ...ctx.query }, 'query');
  if (!query.ok) return query;
  return { ok: true, params: params?.data as AnyRequest['params'], query: query.value as AnyRequest['query'] };
}

/** Whoever sends what a command does not take means something by it. Pages, probes and files are asked for with more by whoever stands in between. */
const nothing = z.strictObject({});
const unasked = ({ path }: Route['definition']) => (path.startsWith('/v1/') ? nothing : z.looseObject({}));

/** A file is there only until `use` has ended. */
async function withContent(
  parts: Parts,
  { definition }: Route,
  ctx: RouterContext,
  caller: Caller | undefined,
  use: (content: Content) => Promise<Outcome>,
): Promise<Outcome> {
  if (definition.upload && caller?.tenant)
    return receive(parts, caller.tenant, ctx.req, (upload) => use({ upload, bytes: upload.sha256 }));
  if (!definition.body && !hasBody(ctx.req)) return use({ bytes: Buffer.alloc(0) });
  const read = await readJson(ctx.req, { mayBeNothing: !definition.body });
  if (!read.ok) return read.refusal;
  const checked = validate(definition.body ?? nothing, read.value, 'body');
  return checked.ok ? use({ body: checked.value, bytes: read.bytes }) : checked.refusal;
}

function send(ctx: RouterContext, { definition }: Route, answer: AnyAnswer, publicUrl: string): void {
  const shape = definition.answers[answer.status];
  if (shape && 'parse' in shape) {
    // What the documentation does not promise does not leave: the schema drops every field it does not know.
    ctx.body = JSON.stringify(shape.parse(answer.body));
    ctx.type = 'application/json';
    if (definition.editable) ctx.set('etag', etagOf(ctx.body as string));
  } else {
    ctx.body = answer.content ?? null;
    if (shape?.contentType) ctx.type = shape.contentType;
  }
  // Koa derives a status and headers from a body; what the answer says comes after it.
  ctx.status = answer.status;
  ctx.set({ 'cache-control': 'no-store', ...answer.headers });
  if (answer.cookie) ctx.append('set-cookie', setCookie(answer.cookie, publicUrl));
}

/** Also for what goes wrong outside any route. */
export function sendRefusal(ctx: Pick<RouterContext, 'status' | 'set' | 'type' | 'body'>, refusal: Refusal): void {
  ctx.status = problems[refusal.problem].status;
  ctx.set('cache-control', 'no-store');
  if (refusal.headers) ctx.set(refusal.headers);
  ctx.body = JSON.stringify(problemBody(refusal));
  ctx.type = 'application/problem+json';
}
