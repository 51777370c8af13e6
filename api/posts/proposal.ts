import type { Kind, MediaFacts } from '../../meta/kinds.ts';
import type { Platform } from '../../meta/permission.ts';
import type { Options } from './options.ts';
import type { NewPost } from './shapes.ts';

/** A post as it is to be: new, or as a change would leave it. */
export interface Proposal {
  /** The post that is changed; the others are its neighbours. */
  id?: string;
  text: string | null;
  link: string | null;
  media: readonly { id: string; altText: string | null }[];
  targets: readonly ProposedTarget[];
}

export interface ProposedTarget {
  account: string | null;
  kind: Kind;
  text: string | null;
  firstComment: string | null;
  options: Options;
  /** Where it is in the request, as a JSON pointer; absent where the request does not name it. */
  pointer?: string;
}

/** What the tenant has of what a proposal names. */
export interface Known {
  accounts: ReadonlyMap<string, KnownAccount>;
  media: ReadonlyMap<string, MediaFacts>;
}

export interface KnownAccount {
  platform: Platform;
  /** How much Instagram takes in a day, as it said of this account; null where it has not been asked. */
  publishingQuota: number | null;
  capabilities: readonly { name: string; available: boolean; reason: string | null; remedy: string | null }[];
}

/** What is asked to be made, with null for what was left out. */
export const proposalOf = ({ text, link, media, targets }: NewPost): Proposal => ({
  text: text ?? null,
  link: link ?? null,
  media: media.map(({ id, altText }) => ({ id, altText: altText ?? null })),
  targets: targets.map((target, index) => ({
    ...{ account: target.account, kind: target.kind, pointer: `/targets/${index}` },
    text: target.text ?? null,
    firstComment: target.firstComment ?? null,
    options: target.options ?? {},
  })),
});
