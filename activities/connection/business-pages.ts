import { fieldsFor } from '../../meta/graph-objects.ts';
import { passing } from '../failures.ts';
import type { GraphClient } from '../graph/client.ts';
import { passes } from '../graph/failure.ts';
import { metaId, textOf } from '../graph/ids.ts';
import { listAll } from '../graph/list.ts';
import { several } from '../graph/several.ts';
import { type ListedPage, listedPage } from './found.ts';
import { type Granted, targetsOf } from './granted.ts';

export interface Business {
  name: string;
  /** It wants a second factor of its people, and lists nothing for those who have none. */
  wantsSecondFactor: boolean;
}

export interface HeldPage {
  page: ListedPage;
  business: Business;
}

const edges = ['owned_pages', 'client_pages'] as const;
const edgesAtOnce = 6;

/**
 * The Pages of every business portfolio in which the person has a role, where the person granted to look. Not all of them can be used: these
 * lists do not ask for the person's role on the Page, nor for what was ticked.
 * @throws ApplicationFailure, retryable, for passing faults
 */
export async function businessPages(graph: GraphClient, token: string, login: Granted): Promise<HeldPage[]> {
  if (!login.scopes.includes('business_management')) return [];
  const list = async (path: string, fields: readonly string[]) => {
    const answer = await listAll(graph, { path, token, fields });
    if (answer.ok) return answer.data;
    if (passes(answer.failure)) throw passing('Meta did not list a business', answer.failure.retryAfterMs);
    return [];
  };
  const fields = fieldsFor('listedPage', login.scopes).filter((field) => field !== 'tasks');
  const granted = targetsOf(login, 'business_management');
  const businesses = (await list('/me/businesses', fieldsFor('business', login.scopes))).flatMap(businessIn);
  const asked = businesses
    .filter(({ id }) => !granted || granted.includes(id))
    .flatMap(({ id, ...business }) => edges.map((edge) => ({ path: `/${id}/${edge}`, business })));
  const held = await several(asked, edgesAtOnce, async ({ path, business }) => {
    const pages = (await list(path, fields)).flatMap((said) => listedPage(said) ?? []);
    return pages.map((page) => ({ page, business }));
  });
  return held.flat();
}

function businessIn(said: Record<string, unknown>): (Business & { id: string })[] {
  const id = metaId(said.id);
  if (!id) return [];
  const wantsSecondFactor = said.two_factor_type === 'all_required' || said.two_factor_type === 'admin_required';
  return [{ id, name: textOf(said.name) ?? 'A business without a name', wantsSecondFactor }];
}
