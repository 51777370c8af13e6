import type { Database } from './database.ts';
import { addPage, addPerson, giveRole, type NewPage } from './populate.ts';

const examplePersonId = '10220000000000001';

/** The same ids in every fresh simulator, so that a script or a bookmark goes on working after a reset. */
const examplePages = [
  {
    id: '61550000000000001',
    name: 'Harbour Bakery',
    username: 'harbourbakery',
    category: 'Bakery',
    about: 'Bread from five in the morning, at the old harbour.',
    followers: 1_842,
    instagram: {
      id: '17841400000000001',
      username: 'harbourbakery',
      name: 'Harbour Bakery',
      biography: 'Bread from five in the morning.',
      followers: 2_310,
    },
  },
  {
    id: '61550000000000002',
    name: 'Example Pottery',
    username: 'examplepottery',
    category: 'Arts & crafts shop',
    about: 'Bowls, cups and the occasional vase.',
    followers: 417,
  },
  {
    id: '61550000000000003',
    name: 'Old Town Walks',
    category: 'Tour guide',
    about: 'Two hours on foot, rain or shine.',
    followers: 96,
  },
] as const satisfies readonly NewPage[];

/** One person who manages three Pages, one of them with an Instagram account. */
export function seedExample(db: Database): void {
  db.transaction(() => {
    addPerson(db, { id: examplePersonId, name: 'Pat Example' });
    for (const page of examplePages) {
      addPage(db, page);
      giveRole(db, examplePersonId, page.id);
    }
  });
}
