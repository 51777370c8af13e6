import { isDeletable } from '../../meta/kinds.ts';
import type { KnownAccount } from './proposal.ts';
import type { StandingTarget } from './standing.ts';

/** @returns why what is published cannot be deleted at Meta, and what to do; undefined where Meta is to be asked */
export function whyItStays(
  { kind, metaId }: Pick<StandingTarget, 'kind' | 'metaId'>,
  account: KnownAccount | undefined,
): string | undefined {
  if (!account) return stays('Its account is not connected here any more.');
  if (!isDeletable({ ...account, kind })) return stays('Meta has no way for apps to delete a story of a Page.');
  if (metaId === null) return stays('It is not known as what of the account it is shown.');
  const lacking = account.capabilities.find(({ name, available }) => name === 'delete-posts' && !available);
  return lacking && stays(lacking.reason, lacking.remedy);
}

const stays = (reason: string | null, remedy: string | null = null): string =>
  ['It stays published.', reason, remedy, 'You can delete it by hand.'].filter((part) => part !== null).join(' ');
