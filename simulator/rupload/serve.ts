import type Router from '@koa/router';
import type { Context } from 'koa';
import { perform } from '../faulty.ts';
import { authenticate } from '../graph/authenticate.ts';
import type { CallName, Mishap } from '../graph/call.ts';
import { usageOf } from '../graph/limits.ts';
import { Params } from '../http/params.ts';
import { hangUp, respondError } from '../http/respond.ts';
import type { World } from '../world.ts';
import { receivedBytes } from './parts.ts';
import { receive, UploadProblem } from './receive.ts';
import { findUpload, type Upload } from './uploads.ts';

/** rupload.facebook.com: bytes go to an address that Graph gave, from where the last attempt broke off. */
export function routeUploads(router: Router, world: World): void {
  for (const [path, kind] of [
    ['/video-upload/:version/:id', 'video'],
    ['/ig-api-upload/:version/:id', 'container'],
  ] as const) {
    router.get(path, (ctx) => serve(ctx, world, kind, 'readUpload', (find) => offsetOf(world, find())));
    router.post(path, (ctx) =>
      serve(ctx, world, kind, undefined, (find, mishap, breakOff) => receive(world, ctx, find, mishap, breakOff)),
    );
  }
}

/** The upload is looked up again when it is done: a slow call may meet a world that has changed meanwhile. */
type Act = (find: () => Upload, mishap: Mishap | undefined, breakOffAfter: number | 'half' | undefined) => unknown;

async function serve(ctx: Context, world: World, kind: Upload['kind'], name: CallName | undefined, act: Act) {
  try {
    const token = authenticate(world, ctx.get('authorization'), proofIn(ctx));
    const find = () => findUpload(world, kind, ctx.params.id ?? '', token);
    const upload = find();
    const call = name ?? upload.call;
    ctx.state.call = call;
    const target = { call, page: upload.page, objects: [upload.id], isStream: true };
    const outcome = await perform(world, target, token.token, (fault, mishap) =>
      act(find, mishap, fault?.then === 'resetMidUpload' ? (fault.afterBytes ?? 'half') : undefined),
    );
    if (outcome === 'no-answer') return hangUp(ctx);
    ctx.body = outcome.answer;
  } catch (error) {
    if (error instanceof UploadProblem) {
      ctx.status = error.status;
      ctx.body = { debug_info: { retriable: error.retriable, type: error.type, message: error.message } };
      return;
    }
    const bug = (cause: unknown) => world.log.error({ err: cause }, 'the simulator failed');
    respondError(ctx, error, { ...usageOf(world, undefined), token: undefined }, bug);
  } finally {
    ctx.req.resume();
  }
}

function proofIn({ query }: Context): Params {
  const params = new Params();
  if (query.appsecret_proof !== undefined) params.set('appsecret_proof', query.appsecret_proof);
  return params;
}

/** Which of the two names rupload has for it is not documented. */
function offsetOf(world: World, { id, uploadedBytes }: Upload) {
  const offset = uploadedBytes ?? receivedBytes(world, id);
  return { id, offset, file_offset: offset };
}
