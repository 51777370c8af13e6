import type { Context, Middleware } from 'koa';
import { badParameter, notFound, unknownPath } from '../errors.ts';
import { takeNuance } from '../faults.ts';
import { type Outcome, perform } from '../faulty.ts';
import type { Params } from '../http/params.ts';
import { readParams } from '../http/read-params.ts';
import { hangUp, respond, respondError, servedVersion } from '../http/respond.ts';
import { discard, type Upload } from '../http/upload.ts';
import { debugToken } from '../oauth/debug-token.ts';
import { accessToken } from '../oauth/token.ts';
import type { Token } from '../state/tokens.ts';
import type { World } from '../world.ts';
import { authenticate } from './authenticate.ts';
import type { Call } from './call.ts';
import { findNode, pageIdOf } from './find-node.ts';
import { countCall, usageOf } from './limits.ts';
import { operationOn } from './operations.ts';
import { needOwnPage } from './rights.ts';

const LOGGED_FIELDS_MAX = 500;

/** graph.facebook.com: whatever path is left after the others is meant for it. */
export const serveGraph =
  (world: World): Middleware =>
  async (ctx) => {
    const state: { token: Token | undefined; uploads: Upload[] } = { token: undefined, uploads: [] };
    try {
      const { params, uploads } = await readParams(ctx, world.photoDirectory);
      state.uploads = uploads;
      const outcome = await answer(ctx, world, params, state);
      if (outcome === 'no-answer') return hangUp(ctx);
      respond(ctx, 200, outcome.answer, { ...usageOf(world, state.token), regainMinutes: 0, token: state.token });
    } catch (error) {
      const bug = (cause: unknown) => world.log.error({ err: cause }, 'the simulator failed');
      respondError(ctx, error, { ...usageOf(world, state.token), token: state.token }, bug);
    } finally {
      await discard(state.uploads);
    }
  };

async function answer(
  ctx: Context,
  world: World,
  params: Params,
  state: { token: Token | undefined; uploads: Upload[] },
): Promise<Outcome> {
  ctx.state.fields = params.text('fields')?.slice(0, LOGGED_FIELDS_MAX);
  const version = ctx.state.askedVersion as string | undefined;
  const served = servedVersion(version);
  if (!served) throw unknownPath(`/${version}`);
  ctx.state.version = served;
  if (params.has('date_format')) throw badParameter('The parameter date_format is no longer supported');
  const path = segments(ctx.path);
  if (!path.length)
    throw params.has('ids') ? badParameter('The parameter ids is no longer supported') : notFound(ctx.method, '');
  if (['oauth/access_token', 'debug_token'].includes(path.join('/'))) countCall(world, null);
  if (path.join('/') === 'oauth/access_token') return named(ctx, world, 'token', () => accessToken(world, params));
  if (path.join('/') === 'debug_token')
    return named(ctx, world, 'debugToken', () => debugToken(world, ctx.get('authorization'), params));
  state.token = authenticate(world, ctx.get('authorization'), params);
  countCall(world, state.token.page_id);
  const call = newCall(ctx, world, params, state.token, state.uploads, served);
  return callNode(ctx, call, path);
}

function callNode(ctx: Context, call: Call, [id = '', edge, name, ...more]: string[]): Promise<Outcome> {
  if (edge === 'permissions' && name !== undefined) call.params.set('permission', name);
  else if (name !== undefined) throw unknownPath(`/${name}`);
  if (more.length) throw unknownPath(`/${more.join('/')}`);
  const find = () => {
    const node = findNode(call, id, call.method === 'GET' && edge === undefined);
    const page = pageIdOf(call.world, node);
    if (page !== undefined) needOwnPage(call, page, id);
    return { node, page };
  };
  const { node, page } = find();
  const operation = operationOn(call, node, edge);
  ctx.state.call = operation.name;
  const post = node.type === 'post' ? node.subject.id : undefined;
  const target = { call: operation.name, page, post, objects: [node.subject.id, ...namedObjects(call)] };
  call.nuance = (name) => takeNuance(call.world.db, target, name);
  // Looked up again when it is done: a slow call may meet a world that has changed meanwhile.
  return perform(call.world, target, call.token.token, (_fault, mishap) =>
    operationOn(Object.assign(call, mishap && { mishap }), find().node, edge).run(),
  );
}

/** What a call is about besides the node it is made on. */
const namedObjects = ({ params }: Call) =>
  ['creation_id', 'video_id', 'photo_id', 'upload_session_id'].flatMap((name) => params.text(name) ?? []);

function named(ctx: Context, world: World, name: 'token' | 'debugToken', run: () => unknown): Promise<Outcome> {
  ctx.state.call = name;
  return perform(world, { call: name }, undefined, run);
}

function newCall(
  ctx: Context,
  world: World,
  params: Params,
  token: Token,
  uploads: readonly Upload[],
  version: string,
): Call {
  const method = ctx.method === 'HEAD' ? 'GET' : ctx.method;
  const fixed = {
    world,
    method,
    params,
    uploads,
    token,
    origin: `${ctx.protocol}://${ctx.host}`,
    version,
    switches: world.switches.now,
    nuance: () => undefined,
  };
  return {
    ...fixed,
    get nowMs() {
      return world.clock.nowMs();
    },
  };
}

function segments(path: string): string[] {
  try {
    return path.split('/').filter(Boolean).map(decodeURIComponent);
  } catch {
    throw unknownPath(path.slice(0, 200));
  }
}
