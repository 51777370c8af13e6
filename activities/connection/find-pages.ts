import { fieldsFor } from '../../meta/graph-objects.ts';
import { passing } from '../failures.ts';
import type { GraphClient, GraphFailure } from '../graph/client.ts';
import { passes } from '../graph/failure.ts';
import { textOf } from '../graph/ids.ts';
import { listAll } from '../graph/list.ts';
import { several } from '../graph/several.ts';
import { businessPages, type HeldPage } from './business-pages.ts';
import { type ListedPage, listedPage } from './found.ts';
import { type Granted, tickedFor } from './granted.ts';
import { isLastWord } from './last-word.ts';

/** What Meta shows of a login. */
export interface Sighted {
  /** Pages to choose from. */
  pages: ListedPage[];
  /** Pages of the person's businesses that Meta neither lists for this login nor were ticked. */
  withheld: HeldPage[];
  /** Ids of Pages that were ticked, and that Meta does not show when asked. */
  hidden: string[];
  /** Instagram accounts that were ticked, and that no Page shown here carries: their names, or where Meta does not tell them their ids. */
  adrift: string[];
  /** Meta would not list at all. */
  refused?: GraphFailure;
}

const readsAtOnce = 8;

/**
 * Every Page of a login: those that Meta lists, those that its business portfolios hold, and one by one those that were ticked and appear in
 * neither. Asks only what was granted, and nothing at all where the person does not let us list Pages.
 * @throws ApplicationFailure, retryable, for passing faults
 */
export async function findPages(graph: GraphClient, token: string, login: Granted): Promise<Sighted> {
  if (!login.scopes.includes('pages_show_list')) return { pages: [], withheld: [], hidden: [], adrift: [] };
  const [list, held] = await Promise.all([listOwn(graph, token, login), businessPages(graph, token, login)]);
  const seen = new Map(list.pages.map((page) => [page.metaId, page]));
  const ticked = tickedFor(login, 'pages_');
  for (const { page } of held) if (ticked.includes(page.metaId) && !seen.has(page.metaId)) seen.set(page.metaId, page);

  const unseen = ticked.filter((id) => !seen.has(id));
  const read = await several(unseen, readsAtOnce, (id) => readOne(graph, token, login, id));
  for (const page of read) if (page) seen.set(page.metaId, page);

  const pages = [...seen.values()];
  return {
    pages,
    withheld: held.filter(({ page }) => !seen.has(page.metaId)),
    hidden: unseen.filter((id) => !seen.has(id)),
    adrift: await findAdrift(graph, token, login, pages),
    ...(list.refused ? { refused: list.refused } : {}),
  };
}

type List = Pick<Sighted, 'pages' | 'refused'>;

async function listOwn(graph: GraphClient, token: string, login: Granted): Promise<List> {
  const fields = fieldsFor('listedPage', login.scopes);
  const list = await listAll(graph, { path: '/me/accounts', token, fields });
  if (list.ok) return { pages: list.data.flatMap((said) => listedPage(said) ?? []) };
  if (passes(list.failure)) throw passing('Meta did not list the Pages', list.failure.retryAfterMs);
  return { pages: [], refused: list.failure };
}

async function readOne(graph: GraphClient, token: string, login: Granted, id: string): Promise<ListedPage | undefined> {
  // `tasks` exists in the list of a person's Pages; a Page itself may not have it.
  const fields = fieldsFor('listedPage', login.scopes).filter((field) => field !== 'tasks');
  const answer = await graph.call<Record<string, unknown>>({ method: 'GET', path: `/${id}`, token, fields });
  if (answer.ok) return listedPage(answer.data);
  if (!isLastWord(answer.failure)) throw passing('Meta did not show a Page', answer.failure.retryAfterMs);
  return undefined;
}

async function findAdrift(graph: GraphClient, token: string, login: Granted, pages: ListedPage[]): Promise<string[]> {
  const carried = new Set(pages.map(({ instagram }) => instagram?.metaId));
  const adrift = tickedFor(login, 'instagram_').filter((id) => !carried.has(id));
  const fields = fieldsFor('instagram', login.scopes).filter((field) => field === 'id' || field === 'username');
  if (!fields.length) return [];
  return several(adrift, readsAtOnce, async (id) => {
    const answer = await graph.call<Record<string, unknown>>({ method: 'GET', path: `/${id}`, token, fields });
    if (!answer.ok && !isLastWord(answer.failure))
      throw passing('Meta did not show an account', answer.failure.retryAfterMs);
    return (answer.ok && textOf(answer.data.username)) || id;
  });
}
