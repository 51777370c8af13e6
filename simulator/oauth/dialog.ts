import type { Context } from 'koa';
import { readText } from '../http/body.ts';
import { dialogProblemView, dialogView } from '../pages/dialog.ts';
import { show } from '../pages/layout.ts';
import { allPeople, findPerson, type Person, rolesOf } from '../state/accounts.ts';
import type { World } from '../world.ts';
import { decide, offeredPermissions } from './decide.ts';
import { type DialogRequest, readDialogRequest } from './request.ts';

/** `GET /dialog/oauth`: the page with the checkboxes. */
export const showDialog = (world: World) => (ctx: Context) => {
  const asked = read(world, ctx);
  if (!asked) return;
  const { request, query } = asked;
  const person = personOf(world, query.get('person'));
  if (!person) return refuse(ctx, 'There is no such person.');
  const view = dialogView({
    appName: world.app.name,
    people: allPeople(world.db),
    person,
    roles: rolesOf(world.db, person.id),
    permissions: offeredPermissions(world, request, person.id),
    allOrNothing: request.allOrNothing,
    addressAs: (id) => {
      const other = new URLSearchParams(query);
      other.set('person', id);
      return `?${other}`;
    },
  });
  show(ctx, `Log in to ${world.app.name}`, view);
};

/** `POST /dialog/oauth`: what the person decided; sends them back to the app. */
export const answerDialog = (world: World) => async (ctx: Context) => {
  const asked = read(world, ctx);
  if (!asked) return;
  const form = new URLSearchParams(await readText(ctx.req));
  const person = personOf(world, form.get('person') ?? asked.query.get('person'));
  if (!person) return refuse(ctx, 'There is no such person.');
  const to = decide(world, asked.request, {
    continues: form.get('decision') !== 'cancel',
    personId: person.id,
    pageIds: form.getAll('page'),
    permissions: form.getAll('permission'),
  });
  ctx.redirect(to);
  ctx.set('cache-control', 'no-store');
  ctx.body = '';
};

function read(world: World, ctx: Context): { request: DialogRequest; query: URLSearchParams } | undefined {
  const query = new URLSearchParams(ctx.querystring);
  const request = readDialogRequest(world.app, query);
  if (!('problem' in request) && world.switches.now.appMode === 'development') {
    refuse(ctx, 'App not active: This app is not accessible right now and the app developer is aware of the issue.');
    return undefined;
  }
  if (!('problem' in request)) return { request, query };
  refuse(ctx, request.problem);
  return undefined;
}

function personOf({ db }: World, id: string | null): Person | undefined {
  return id ? findPerson(db, id) : allPeople(db)[0];
}

function refuse(ctx: Context, problem: string): void {
  show(ctx, 'Something went wrong', dialogProblemView(problem), { status: 400 });
}
