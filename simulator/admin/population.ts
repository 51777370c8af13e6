import type Router from '@koa/router';
import { removeApp } from '../graph/permissions.ts';
import { allPages, allPeople, findPerson, rolesOf } from '../state/accounts.ts';
import { addBusiness } from '../state/businesses.ts';
import { addPage, addPerson, giveRole, moveInstagram, takeRole } from '../state/populate.ts';
import { killTokens } from '../state/tokens.ts';
import type { World } from '../world.ts';
import { deadTokens, goneRole, movedInstagram, newBusiness, newPageWithPeople, newRole, newUser } from './inputs.ts';
import { accepting, giving, refuseMissing } from './json.ts';

const LOST_ROLE = 492;

/** Who and what there is: people, Pages, roles, and what ends the life of tokens. */
export function routePopulation(router: Router, { db }: World): void {
  router.get(
    '/sim/users',
    giving(() =>
      allPeople(db).map((person) => ({ ...person, pages: rolesOf(db, person.id).map(({ page }) => page.id) })),
    ),
  );
  router.get(
    '/sim/pages',
    giving(() => allPages(db)),
  );
  router.post(
    '/sim/users',
    accepting(newUser, ({ pages, ...person }) =>
      db.transaction(() => {
        const made = addPerson(db, person);
        const own = pages.map(({ tasks, inBusiness, ...page }) => {
          const added = addPage(db, page);
          giveRole(db, made.id, added.id, { tasks, inBusiness });
          return { id: added.id, name: added.name, instagram: added.instagram?.id };
        });
        return { ...made, pages: own };
      }),
    ),
  );
  router.post(
    '/sim/pages',
    accepting(newPageWithPeople, ({ people, ...page }) =>
      db.transaction(() => {
        const added = addPage(db, page);
        for (const { id, ...role } of people) giveRole(db, id, added.id, role);
        return { id: added.id, name: added.name, instagram: added.instagram?.id };
      }),
    ),
  );
  router.post(
    '/sim/businesses',
    accepting(newBusiness, (business) => db.transaction(() => addBusiness(db, business))),
  );
  router.post(
    '/sim/instagram/move',
    accepting(movedInstagram, ({ instagram, page }) =>
      moveInstagram(db, instagram, page) ? { ok: true } : { problem: 'There is no such account or Page.' },
    ),
  );
  router.post(
    '/sim/roles',
    accepting(newRole, ({ person, page, ...role }) =>
      giveRole(db, person, page, role) ? { ok: true } : { problem: 'There is no such person or Page.' },
    ),
  );
  router.delete(
    '/sim/roles',
    accepting(goneRole, ({ person, page }) => {
      if (!takeRole(db, person, page)) return { problem: 'There is no such role.' };
      return { tokensKilled: killTokens(db, person, LOST_ROLE, page) };
    }),
  );
  router.post(
    '/sim/tokens/dead',
    accepting(deadTokens, ({ person, page, subcode }) => ({ tokensKilled: killTokens(db, person, subcode, page) })),
  );
  router.delete('/sim/users/:id/app', (ctx) => {
    const person = findPerson(db, ctx.params.id ?? '');
    if (!person) return refuseMissing(ctx, 'person');
    ctx.body = { tokensKilled: removeApp(db, person.id) };
  });
}
