import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { scopesToAsk } from '../../meta/permissions.ts';
import { MetaLogin } from './meta-login.ts';
import { moveInstagram, type NewPage, newBusiness, newPage, type Person, takeRole } from './person.ts';
import { connectionPlace, type Place, type Ticked } from './place.ts';

let place: Place;
let tenant: string;

beforeAll(async () => {
  place = await connectionPlace();
  tenant = await place.control.tenant();
});
beforeEach(() => place.simulator.reset());
afterAll(() => place.close());

const logIn = (pages: NewPage[], ticked?: (person: Person) => Ticked) =>
  MetaLogin.ofSomebody(place, tenant, pages, ticked);

const bakery: NewPage = { name: 'Bakery', instagram: { username: 'bread' } };
const idOf = ({ person }: MetaLogin, name: string) => person.pages.find((page) => page.name === name)?.id ?? '';
const held = (login: MetaLogin, ...pages: string[]) => pages.map((page) => ({ id: idOf(login, page) }));

/** Ways in which a grant is incomplete, and the one sentence that each gets. */
const grants: Record<string, [grant: () => Promise<MetaLogin>, sentence: string]> = {
  'a Page of a business was not ticked': [
    async () => {
      const login = await logIn([bakery, { name: 'Pottery' }], ({ pages }) => ({ pages: [pages[0]?.id ?? ''] }));
      await newBusiness(place.simulator, { name: 'Group', pages: held(login, 'Pottery'), people: [login.person] });
      return login;
    },
    'The Page Pottery of the business Group was not ticked in the dialog. Connect again and tick it; where it cannot be ticked, have an admin of the business give you a role on it first.',
  ],
  'the role on the Page lacks the task to create content': [
    () => logIn([bakery, { name: 'Pottery', tasks: ['ANALYZE', 'MODERATE'] }]),
    'Your role on the Page Pottery does not include the task to create content, so nothing can be published there. Have somebody with full control of the Page give it to you at Facebook, then connect again.',
  ],
  'the business wants a second factor': [
    async () => {
      const login = await logIn([bakery, { name: 'Pottery' }], ({ pages }) => ({ pages: [pages[0]?.id ?? ''] }));
      const people = [{ id: login.person.id, secondFactor: false }];
      await newBusiness(place.simulator, {
        ...{ name: 'Group', twoFactor: 'all_required', pages: held(login, 'Pottery'), people },
      });
      return login;
    },
    'The business Group requires two-factor authentication, and Facebook does not list its Page Pottery for this login. If two-factor authentication is off for your Facebook account, turn it on; then connect again and tick it.',
  ],
  'the Instagram account is linked to no Page of the person': [
    async () => {
      const login = await logIn([bakery]);
      const elsewhere = await newPage(place.simulator, 'Elsewhere');
      await moveInstagram(place.simulator, login.person.pages[0]?.instagram ?? '', elsewhere.id);
      return login;
    },
    'The Instagram account {instagram} was ticked in the dialog, but is linked to no Page that Facebook shows to this login. Link it to one of your Pages at Facebook, or tick its Page too, then connect again.',
  ],
  'the Instagram account is a personal one': [
    () => logIn([bakery, { name: 'Pottery', otherInstagram: { username: 'kim_private' } }]),
    'The Instagram account kim_private, which is linked to the Page Pottery, is not shown as a professional account. Switch it to a professional account in the Instagram app if it is a personal one; then connect again and tick it.',
  ],
  'a permission was declined': [
    () => logIn([bakery], () => ({ permissions: scopesToAsk().filter((name) => name !== 'pages_manage_posts') })),
    'The permission pages_manage_posts was declined in the dialog; it is needed to publish what you schedule. Connect again and leave it ticked.',
  ],
  'the app is in development mode, or has Standard Access only': [
    async () => {
      await place.simulator.switches({ withheldPermissions: 'instagram_content_publish' });
      return logIn([bakery]);
    },
    'Facebook did not offer the permission instagram_content_publish in its dialog; it is needed to publish what you schedule. An operator has to see at Meta whether the app is in development mode, has Advanced Access to this permission, and has it in the configuration of the login, if it uses one.',
  ],
  'a business holds a Page on which the person has no role': [
    async () => {
      const login = await logIn([bakery], () => ({ pages: ['every'] }));
      const foreign = await newPage(place.simulator, 'Pottery');
      await newBusiness(place.simulator, { name: 'Group', pages: [foreign], people: [login.person] });
      return login;
    },
    'You have no role on the Page Pottery, which the business Group holds. Have an admin of the business give you one at Facebook, then connect again.',
  ],
  'the Page is not published': [
    () => logIn([bakery, { name: 'Pottery', unpublished: true }]),
    'The Page Pottery is not published, so nobody sees what is posted there. Publish the Page in its settings at Facebook.',
  ],
  'several Instagram accounts are linked to one Page': [
    () => logIn([{ ...bakery, otherInstagram: { username: 'kim_private' } }]),
    'Several Instagram accounts are linked to the Page Bakery, and Facebook lets only bread be used through it. To use kim_private, link it to a Page of its own at Facebook, then connect again.',
  ],
  'the role on a ticked Page was lost before anybody looked': [
    async () => {
      const login = await logIn([bakery, { name: 'Pottery' }], () => ({
        permissions: ['pages_show_list', 'pages_manage_posts', 'pages_manage_metadata', 'pages_manage_engagement'],
      }));
      await takeRole(place.simulator, login.person.id, idOf(login, 'Pottery'));
      return login;
    },
    'The Page {pottery} was ticked in the dialog, but Facebook does not show it to this login. See at Facebook whether it exists and you have a role on it, and one in the business that holds it, if there is one; then connect again.',
  ],
  'there is no Page at all': [
    () => logIn([]),
    'Facebook shows no Page of this login. Have somebody give you a role on the Page at Facebook, or tick the Page in the dialog, then connect again.',
  ],
};

test.each(Object.entries(grants))(
  '%s: that is said, with what to do, and nothing else',
  async (_, [grant, sentence]) => {
    const login = await grant();
    const said = (await login.missing()).filter((words) => !words.startsWith('The permission') || words === sentence);
    const [bread] = login.person.pages;
    const right = sentence.replace('{instagram}', bread?.instagram ?? '').replace('{pottery}', idOf(login, 'Pottery'));
    expect(said).toEqual([right]);
  },
);

test('the many Pages of a business that one has nothing to do with are one sentence', async () => {
  const login = await logIn([bakery]);
  const pages = [];
  for (let i = 1; i <= 12; i++) pages.push(await newPage(place.simulator, `Branch ${i}`));
  await newBusiness(place.simulator, { name: 'Group', pages, people: [login.person] });
  expect(await login.missing()).toEqual([
    expect.stringMatching(/^The Pages Branch 1, Branch 2, Branch 3 and 9 others of the business Group were not ticked/),
  ]);
});

test('what is connected and was not ticked the second time is said', async () => {
  const login = await logIn([bakery, { name: 'Pottery' }]);
  await login.discover();
  await login.connect(['Bakery', 'Pottery']);
  const again = await MetaLogin.of(place, tenant, login.person, { ticked: { pages: [idOf(login, 'Bakery')] } });
  expect(again.connection).toBe(login.connection);
  expect(await again.missing()).toEqual([
    'Pottery is connected here, and was not ticked in the dialog this time, so that Facebook may refuse what is scheduled for it. Connect again and tick it.',
  ]);
});

test('who declined everything is told about the permissions, and not that there is no Page', async () => {
  const login = await logIn([bakery], () => ({ permissions: [] }));
  const missing = await login.missing();
  expect(missing).toHaveLength(9);
  for (const sentence of missing) expect(sentence).toMatch(/^The permission \w+ was declined/);
});

const page = fc.record({
  instagram: fc.boolean(),
  business: fc.constantFrom(undefined, 'First', 'Second'),
  as: fc.constantFrom('owned' as const, 'client' as const),
});

test('whoever granted everything for all there is hears nothing, whatever there is', async () => {
  const everything = fc.record({
    pages: fc.array(page, { minLength: 1, maxLength: 8 }),
    ticked: fc.constantFrom('all', 'every'),
    twoFactor: fc.constantFrom('none' as const, 'all_required' as const),
    tasksOnPage: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(everything, async ({ pages, ticked, twoFactor, tasksOnPage }) => {
      await place.simulator.switches({ tasksOnPage });
      const named = pages.map((one, i) => ({ ...one, name: `Page ${i}` }));
      const login = await logIn(
        named.map(({ name, instagram }) => ({ name, ...(instagram && { instagram: { username: `of_${name}` } }) })),
        () => ({ pages: [ticked] }),
      );
      for (const name of ['First', 'Second']) {
        const own = named
          .filter(({ business }) => business === name)
          .map((one) => ({ id: idOf(login, one.name), as: one.as }));
        await newBusiness(place.simulator, { name, twoFactor, pages: own, people: [login.person] });
      }
      expect(await login.missing()).toEqual([]);
      expect(await login.found()).toHaveLength(pages.length + pages.filter(({ instagram }) => instagram).length);
    }),
    { numRuns: 25 },
  );
});
