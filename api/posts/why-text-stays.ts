import { isTextEditable } from '../../meta/kinds.ts';
import type { KnownAccount } from './proposal.ts';
import type { StandingTarget } from './standing.ts';

/** @returns why the text of what is published cannot be changed at Meta, and what to do; undefined where Meta is to be asked */
export function whyTextStays(
  { kind, metaId }: Pick<StandingTarget, 'kind' | 'metaId'>,
  account: KnownAccount | undefined,
  text: string | null,
): string | undefined {
  if (!account) return stays('Its account is not connected here any more.');
  if (account.platform === 'instagram') return stays('Instagram has no way for apps to change a caption.');
  if (!isTextEditable({ ...account, kind })) return 'A story on a Page shows no text: there is nothing to change.';
  if (metaId === null) return stays('It is not known as what of the account it is shown.');
  if (!text?.trim()) return stays('A text that is published can be changed, but not be taken away.');
  const lacking = account.capabilities.find(({ name, available }) => name === 'publish' && !available);
  return lacking && stays(lacking.reason, lacking.remedy);
}

const stays = (reason: string | null, remedy: string | null = null): string =>
  ['Its text stays as it is.', reason, remedy, 'You can change it by hand.'].filter((part) => part !== null).join(' ');
