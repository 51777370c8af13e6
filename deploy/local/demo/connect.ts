import { type Browser, DemoFailure } from './browser.ts';
import type { Steps } from './steps.ts';
import { until } from './until.ts';

export interface Connected {
  account: string;
  /** The Page's id at Meta, and where the simulator shows the Page. */
  metaId: string;
  pageUrl: string;
}

interface Authorization {
  id: string;
  authorizeUrl: string;
  status: string;
  reason: string | null;
  connectionId: string | null;
}

interface Connection {
  state: string;
  reason: string | null;
  found: { id: string; platform: string; metaId: string; name: string }[];
}

interface Account {
  id: string;
  platform: string;
  metaId: string;
}

/** Where the simulator shows it. */
const shownIn = { facebook: 'pages', instagram: 'instagram' } as const;

interface Choice {
  /** The simulated person's id, where it is not the first one's. */
  person?: string | undefined;
  platform?: 'facebook' | 'instagram';
  /** How long to wait for each step. */
  withinMs?: number;
}

/** Begins to connect, consents in the dialog, and chooses the first account of the platform that was found. */
export async function connect(
  browser: Browser,
  api: string,
  steps: Steps,
  { person, platform = 'facebook', withinMs = 30_000 }: Choice = {},
): Promise<Connected> {
  const begun = await steps.step('Begin to connect', () =>
    browser.api<Authorization>(api, 'POST', '/v1/authorizations'),
  );
  await steps.step('Consent in the login dialog', () => consent(browser, as(begun.authorizeUrl, person)));
  const connection = await steps.step('Meta says who it is', () => connectionOf(browser, api, begun.id, withinMs));
  const found = await steps.step('See which Pages there are', () => pagesOf(browser, api, connection, withinMs));
  const [page] = found.filter((one) => one.platform === platform).sort((a, b) => a.metaId.localeCompare(b.metaId));
  if (!page) throw new DemoFailure('The login manages no Page.');
  await steps.step(`Choose the Page ${page.name}`, () =>
    browser.api(api, 'PUT', `/v1/connections/${connection}/accounts`, { accounts: [page.id] }),
  );
  const account = await steps.step('Connected', () => accountOf(browser, api, connection, page, withinMs));
  return {
    account,
    metaId: page.metaId,
    pageUrl: `${new URL(begun.authorizeUrl).origin}/${shownIn[platform]}/${page.metaId}`,
  };
}

function as(authorizeUrl: string, person: string | undefined): string {
  const url = new URL(authorizeUrl);
  if (person) url.searchParams.set('person', person);
  return url.href;
}

/** Fills in the form of the dialog as it comes: everything ticked, then "Continue". */
async function consent(browser: Browser, authorizeUrl: string): Promise<void> {
  const dialog = await browser.open(authorizeUrl);
  const form = new URLSearchParams({ decision: 'continue' });
  for (const [tag] of dialog.text.matchAll(/<input[^>]*>/g)) {
    const name = /name="([^"]*)"/.exec(tag)?.[1];
    if (name) form.append(name, /value="([^"]*)"/.exec(tag)?.[1] ?? '');
  }
  if (dialog.status !== 200 || form.size < 2) throw new DemoFailure(`The dialog is not there: ${dialog.status}.`);
  const back = await browser.open(authorizeUrl, {
    method: 'POST',
    body: form,
    headers: { origin: new URL(authorizeUrl).origin },
  });
  if (back.status !== 200)
    throw new DemoFailure(`The way back from the dialog ended with ${back.status} at ${new URL(back.url).pathname}.`);
}

function connectionOf(browser: Browser, api: string, id: string, withinMs: number): Promise<string> {
  return until(
    'Meta to say who it is',
    async () => {
      const { status, reason, connectionId } = await browser.api<Authorization>(api, 'GET', `/v1/authorizations/${id}`);
      if (['denied', 'failed', 'expired'].includes(status)) throw new DemoFailure(`Connecting ${status}: ${reason}`);
      return status === 'done' && connectionId ? connectionId : undefined;
    },
    { withinMs },
  );
}

function pagesOf(browser: Browser, api: string, id: string, withinMs: number): Promise<Connection['found']> {
  return until(
    'the Pages to be found',
    async () => {
      const connection = await browser.api<Connection>(api, 'GET', `/v1/connections/${id}`);
      return connection.state === 'choosing' ? connection.found : undefined;
    },
    { withinMs },
  );
}

/** Its account, once this login has a token for it: another login may have connected it before. */
function accountOf(
  browser: Browser,
  api: string,
  id: string,
  chosen: Omit<Account, 'id'>,
  withinMs: number,
): Promise<string> {
  return until(
    'the Page to be connected',
    async () => {
      const connection = await browser.api<Connection>(api, 'GET', `/v1/connections/${id}`);
      if (connection.state === 'choosing') throw new DemoFailure(`Connecting failed: ${connection.reason}`);
      if (connection.state !== 'connected') return undefined;
      const { items } = await browser.api<{ items: Account[] }>(api, 'GET', '/v1/accounts');
      return items.find((account) => account.platform === chosen.platform && account.metaId === chosen.metaId)?.id;
    },
    { withinMs },
  );
}
