/** What a member can do with a connected account; each needs permissions of its own. */
export type Capability =
  | 'choose-accounts'
  | 'publish'
  | 'read-posts'
  | 'analytics'
  | 'sync'
  | 'answer-comments'
  | 'messages'
  | 'insights'
  | 'delete-posts';

/** What Login for Business asks for at once: of a configuration people grant everything or nothing. */
export type Tier = 'base' | 'inbox' | 'insights';

export type Platform = 'facebook' | 'instagram';

/** Kinds of objects of the Graph, by what we ask of them: a Page in a list is asked for less than one that was chosen. */
export type GraphObject =
  | 'listedPage'
  | 'page'
  | 'business'
  | 'instagram'
  | 'post'
  | 'photo'
  | 'subscription'
  | 'comment'
  | 'conversation'
  | 'message'
  | 'insight'
  | 'media'
  | 'container'
  | 'publishingLimit'
  | 'video'
  | 'story'
  | 'mediaComment';

type Method = 'GET' | 'POST' | 'DELETE';

/** A call on an object itself, or on one of its edges. */
export type GraphDoor = Method | `${Method} ${string}`;

export interface Permission {
  name: string;
  /** What is read or changed with it, for the person who reviews permissions. */
  accessed: string;
  /** Why. */
  purpose: string;
  /** What it is needed for; together with every other permission that names the same for that platform, and with what those require. */
  capabilities: Partial<Record<Platform, readonly Capability[]>>;
  /** Permissions without which it is of no use. */
  requires: readonly string[];
  /** Asked for unless an operator says otherwise: the nine of the privacy policy. */
  byDefault: boolean;
  tier: Tier;
  /** Fields that it lets us ask of an object, written as they are sent. */
  fields: Partial<Record<GraphObject, readonly string[]>>;
  /** What it lets us call, and which object that lists or returns; `null` where no fields are asked for. */
  doors: Partial<Record<GraphDoor, GraphObject | null>>;
}
