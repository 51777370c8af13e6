import type Router from '@koa/router';
import { z } from 'zod';
import { addFault, clearFaults, listFaults } from '../faults.ts';
import { counted } from '../graph/limits.ts';
import { findInstagram, findPage } from '../state/accounts.ts';
import { callsByName, forgetCalls } from '../state/calls.ts';
import { defaultSwitches } from '../switches.ts';
import type { World } from '../world.ts';
import { clockOffset, newFault } from './inputs.ts';
import { accepting, giving, refuseMissing } from './json.ts';
import { reset } from './reset.ts';
import { live, liveMedia, truth } from './truth.ts';

/** What a person or a test sees of the world and does to it from outside; plain JSON, none of Meta's manners. */
export function routeAdmin(router: Router, world: World): void {
  const { db, clock, switches } = world;
  router.get(
    '/sim/truth',
    giving((ctx) => truth(world, Number(ctx.query.since) || 0)),
  );
  router.get('/sim/instagram/:id/live', (ctx) => {
    const account = findInstagram(db, ctx.params.id ?? '');
    if (!account) return refuseMissing(ctx, 'account');
    ctx.body = liveMedia(world, account.id, `${ctx.protocol}://${ctx.host}`);
  });
  router.get('/sim/pages/:id/live', (ctx) => {
    const page = findPage(db, ctx.params.id ?? '');
    if (!page) return refuseMissing(ctx, 'Page');
    ctx.body = live(world, page.id, `${ctx.protocol}://${ctx.host}`);
  });
  router.post('/sim/reset', async (ctx) => {
    await reset(world);
    ctx.body = { ok: true };
  });

  router.get(
    '/sim/faults',
    giving(({ query }) => listFaults(db, text(query.page))),
  );
  router.post(
    '/sim/faults',
    accepting(newFault, (fault) => ({ id: addFault(db, fault) })),
  );
  router.delete('/sim/faults', (ctx) => {
    clearFaults(db, text(ctx.query.page));
    ctx.body = { ok: true };
  });

  router.get(
    '/sim/calls',
    giving(() => callsByName(db)),
  );
  router.delete('/sim/calls', (ctx) => {
    forgetCalls(db);
    ctx.body = { ok: true };
  });

  router.get(
    '/sim/switches',
    giving(() => ({ switches: switches.now, defaults: defaultSwitches })),
  );
  router.post(
    '/sim/switches',
    accepting(z.record(z.string(), z.unknown()), (wanted) => switches.set(wanted)),
  );

  router.get(
    '/sim/limits',
    giving(() => counted(world)),
  );

  const time = () => ({ offsetMs: clock.offsetMs, now: new Date(clock.nowMs()).toISOString() });
  router.get('/sim/clock', giving(time));
  router.post(
    '/sim/clock',
    accepting(clockOffset, ({ offsetMs }) => {
      clock.setOffset(offsetMs);
      return time();
    }),
  );
}

const text = (parameter: string | string[] | undefined) => (typeof parameter === 'string' ? parameter : undefined);
