import type { Database } from './state/database.ts';
import { readSetting, writeSetting } from './state/settings.ts';

/**
 * Where nobody has proven what the real Meta does, both ways can be had. The values here are the ones a fresh simulator has: of
 * two possible behaviours the one that is harder on its caller, unless that would make ordinary use impossible.
 */
export const defaultSwitches = {
  /** What `created_time` of a published post says: when its draft was made, or when it became visible. */
  createdTime: 'draft' as 'draft' | 'publication',
  /** Whether `fb_exchange_token` with a long-lived token begins a new 60 days, or keeps the old end. */
  exchangeExtends: true,
  /** Long-lived user tokens without an end: no `expires_in`, `expires_at` 0. */
  tokenNeverExpires: false,
  /** What a second `is_published=true` answers. Nothing is published again either way. */
  publishAgain: 'success' as 'success' | 'error',
  /** What a second `media_publish` of a container answers; `duplicate` makes it visible twice. So do the next four. */
  mediaPublishAgain: 'duplicate' as Again,
  finishVideoAgain: 'duplicate' as Again,
  finishReelAgain: 'duplicate' as Again,
  finishVideoStoryAgain: 'duplicate' as Again,
  photoStoryAgain: 'duplicate' as Again,
  /** What the same comment on the same object answers. */
  commentAgain: 'duplicate' as 'duplicate' | 'error',
  /** Whether a draft with the words of the latest post is refused when it is published, as a post made at one stroke is. */
  duplicateDraft: 'published' as 'published' | 'error',
  /** How long an image is processed, and a carousel; then a video. */
  imageProcessingMs: 100,
  videoProcessingMs: 500,
  /** How long we wait for media that we fetch. */
  fetchTimeoutMs: 10_000,
  /** Instagram's pages name two quotas of published media in 24 hours. */
  publishingQuota: 50,
  /** Containers of one Instagram account in 24 hours. */
  containersADay: 400,
  /** Reels of one Page in 24 hours. */
  reelsADay: 30,
  /** Which media of Instagram can be deleted. */
  deletableMedia: 'feed' as 'feed' | 'all',
  /** Whether `post_id` of a video begins with the Page's id. */
  videoPostId: 'full' as 'full' | 'bare',
  /** What tells that a video could not be processed: `error` as its status and its phase's, or only a message in a phase that is not started. */
  processingError: 'message' as 'message' | 'status',
  /** For how long reads do not yet show what was just written, and still show what was just deleted. */
  readDelayMs: 0,
  /** Whether a second consent adds to the assets of the first, or replaces them. */
  grantsAccumulate: false,
  /** Whether deleting a post leaves its photos, unpublished, to be used again. */
  photosOutlivePost: false,
  /** Meta's pages name two limits for a photo. */
  photoLimitMb: 4 as 4 | 10,
  /** `GET /me/accounts` without `pages_show_list`: refused, or an empty list. */
  accountsWithoutPermission: 'error' as 'error' | 'empty',
  /** Whether `tasks` is a field of the Page itself, or of the list of accounts only. */
  tasksOnPage: true,
  /** The dashboard's "Require App Secret": every call needs `appsecret_proof`. */
  requireAppSecretProof: false,
  /** `development`: the dialog of the app is closed to everybody, and nobody is sent back from it. */
  appMode: 'live' as 'live' | 'development',
  /** Permissions, by commas, to which the app has Standard Access only: the dialog does not offer them. */
  withheldPermissions: '',
  /** The login gives the token of a system user, as a configuration of Login for Business can. */
  systemUserTokens: false,
  /** How much of every rate limit the usage headers say is used up, if it is not more by the calls that were counted. */
  usagePercent: 1,
  /** Calls of all tokens together within `limitWindowMs`, before the app is refused with code 4; 0: no limit. */
  appCallsPerWindow: 0,
  /** Calls with the tokens of one Page within `limitWindowMs`, before they are refused with code 80001; 0: no limit. */
  pageCallsPerWindow: 0,
  /** How long a call counts. */
  limitWindowMs: 3_600_000,
};

export type Switches = typeof defaultSwitches;

export const again = ['success', 'error', 'duplicate'] as const;
export type Again = (typeof again)[number];

const choices: { [Name in keyof Switches]?: readonly unknown[] } = {
  createdTime: ['draft', 'publication'],
  appMode: ['live', 'development'],
  publishAgain: ['success', 'error'],
  mediaPublishAgain: again,
  finishVideoAgain: again,
  finishReelAgain: again,
  finishVideoStoryAgain: again,
  photoStoryAgain: again,
  commentAgain: ['duplicate', 'error'],
  duplicateDraft: ['published', 'error'],
  deletableMedia: ['feed', 'all'],
  videoPostId: ['full', 'bare'],
  processingError: ['message', 'status'],
  photoLimitMb: [4, 10],
  accountsWithoutPermission: ['error', 'empty'],
};

/** The switches as they stand; kept in the state, and in memory, since every call asks for them. */
export class Switchboard {
  readonly #db: Database;
  #now: Switches;

  constructor(db: Database) {
    this.#db = db;
    const stored = JSON.parse(readSetting(db, 'switches') ?? '{}') as Partial<Switches>;
    this.#now = { ...defaultSwitches, ...stored };
  }

  get now(): Switches {
    return this.#now;
  }

  /** Sets the switches that are named; the sentence says what is wrong when nothing was set. */
  set(wanted: Record<string, unknown>): { problem: string } | { switches: Switches } {
    for (const [name, value] of Object.entries(wanted)) {
      const problem = problemOf(name, value);
      if (problem) return { problem };
    }
    const switches = { ...this.#now, ...wanted };
    writeSetting(this.#db, 'switches', JSON.stringify(switches));
    this.#now = switches;
    return { switches };
  }
}

function problemOf(name: string, value: unknown): string | undefined {
  if (!Object.hasOwn(defaultSwitches, name)) return `There is no switch called ${name}.`;
  const known = name as keyof Switches;
  const allowed = choices[known];
  if (allowed && !allowed.includes(value)) return `${name} is one of ${allowed.join(', ')}.`;
  if (typeof value !== typeof defaultSwitches[known]) return `${name} is a ${typeof defaultSwitches[known]}.`;
  if (typeof value === 'number' && !(value >= 0)) return `${name} is not negative.`;
  return undefined;
}
