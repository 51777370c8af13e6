/** What to do about a failure: the call of the caller's own choosing decides what that means in its place. */
export type Reaction = 'retry' | 'retry-after' | 'witness' | 'reauthorize' | 'degrade' | 'permanent';

/** What the answer says about a call that publishes: certainly nothing was done, or nobody knows. */
export type CommitMeaning = 'refused' | 'unknown';

export interface Meaning {
  reaction: Reaction;
  commit: CommitMeaning;
  /** For people. Our own words, never Meta's. */
  words: string;
}

export interface Row extends Meaning {
  code: number;
  /** The last code of a range that begins with `code`. */
  upTo?: number;
  /** Without it the row stands for every subcode that has no row of its own. */
  subcode?: number;
}

const again = 'Meta has a passing fault. It is tried again.';
const throttled = 'Meta asks us to slow down. It is tried again as soon as Meta allows.';
const reconnect = 'Facebook no longer accepts this login. Connect again.';
const permission = 'Meta did not allow this. Connect again with every permission ticked.';
const account =
  'Facebook asks the person who connected this account to log in there and confirm something. Do that, then connect again.';
const input = 'Meta does not accept what was sent.';
const ourFault = 'The app is not set up correctly at Meta. An operator has to look at it.';

const retry = (code: number, subcode?: number, words = again): Row => row(code, subcode, 'retry', 'unknown', words);
const slower = (code: number, words = throttled): Row => row(code, undefined, 'retry-after', 'unknown', words);
const dead = (subcode: number | undefined, words: string): Row => row(190, subcode, 'reauthorize', 'refused', words);
const degrade = (code: number, words = permission): Row => row(code, undefined, 'degrade', 'refused', words);
/** Meta looked at the input and refused it: nothing was made. */
const wrong = (code: number, subcode: number | undefined, words: string): Row =>
  row(code, subcode, 'permanent', 'refused', words);
/** It will not go, yet Meta is known or suspected to answer this for what went live. */
const hopeless = (code: number, subcode: number | undefined, words: string): Row =>
  row(code, subcode, 'permanent', 'unknown', words);

function row(code: number, subcode: number | undefined, reaction: Reaction, commit: CommitMeaning, words: string): Row {
  return { code, ...(subcode === undefined ? {} : { subcode }), reaction, commit, words };
}

/**
 * The one table of Meta's errors. Decided by (code, subcode), never by the code or the HTTP status alone: 1, 4, 9 and 100 mean other things
 * with a subcode of Instagram's.
 */
export const reactions: readonly Row[] = [
  dead(undefined, reconnect),
  dead(458, 'The app was removed in the settings of Facebook. Connect again to go on.'),
  dead(459, account),
  dead(464, account),
  dead(460, 'The password at Facebook was changed, which ends the login here. Connect again.'),
  dead(463, 'The login at Facebook has expired. Connect again.'),
  dead(467, reconnect),
  dead(490, reconnect),
  dead(492, 'The person who connected this Page no longer has a role on it. Connect again as somebody who has.'),
  row(102, undefined, 'reauthorize', 'unknown', reconnect),

  degrade(10),
  { ...degrade(200), upTo: 299 },
  row(3, undefined, 'degrade', 'unknown', permission),
  wrong(10, 2018278, 'The time in which Meta lets this message be answered is over.'),
  wrong(10, 2534022, 'The time in which Meta lets this message be answered is over.'),

  wrong(100, undefined, input),
  hopeless(100, 33, 'Meta does not have this any more, or no longer shows it to us.'),
  wrong(100, 2018001, 'This person cannot be written to.'),
  wrong(100, 2018276, 'This message can no longer be answered.'),
  wrong(100, 2207023, 'Instagram does not know this kind of media.'),
  wrong(100, 2207028, 'A carousel has 2 to 10 images.'),
  ...[2207035, 2207036, 2207037, 2207040].map((subcode) =>
    wrong(100, subcode, 'There are too many tags, or one is not valid.'),
  ),
  hopeless(104, undefined, ourFault),

  retry(1),
  retry(2),
  wrong(1, 2207057, 'The moment chosen for the cover lies outside the video.'),
  slower(4),
  slower(17),
  slower(32),
  slower(341),
  slower(613),
  slower(80001),
  slower(80002),
  slower(80006),
  hopeless(
    4,
    2207051,
    'Instagram suspects automated behaviour and blocked the action. Look at the account in the Instagram app.',
  ),
  row(
    9,
    2207042,
    'retry-after',
    'refused',
    'Instagram allows no more posts of this account today. It goes on as soon as Instagram allows.',
  ),
  row(9007, 2207027, 'retry', 'refused', 'Instagram is still processing the media.'),
  hopeless(368, undefined, 'Facebook has blocked this action because of its rules. Look at the Page on Facebook.'),
  row(506, undefined, 'witness', 'unknown', 'Facebook says that the same post was made a moment ago.'),
  wrong(1609005, undefined, 'Facebook could not read the linked page. Check the link.'),
  wrong(1609008, undefined, 'Facebook does not allow links to itself here.'),

  wrong(324, undefined, 'Facebook could not read the image.'),
  wrong(382, undefined, 'The video is too small.'),
  hopeless(389, undefined, 'Facebook could not fetch the video.'),
  hopeless(6000, undefined, 'Facebook had a problem with the upload.'),
  retry(6001),
  hopeless(551, 1545041, 'This person cannot be written to at the moment.'),
  hopeless(2500, undefined, ourFault),
  hopeless(3001, 1504028, ourFault),

  retry(-2, 2207003, 'Instagram was too slow to fetch the media. It is tried again.'),
  retry(-2, 2207020, 'Instagram let go of the prepared media. It is prepared again.'),
  retry(-1, 2207001),
  retry(-1, 2207032),
  retry(-1, 2207053),
  hopeless(-1, 2207073, 'Instagram does not delete this kind of media.'),
  retry(24, 2207006, 'Instagram does not find the prepared media. It is prepared again.'),
  retry(24, 2207008, 'Instagram does not find the prepared media yet.'),
  hopeless(25, 2207050, 'The Instagram account is restricted. Open the Instagram app and follow what it asks.'),
  wrong(352, 2207026, 'Instagram does not support the format of the video.'),
  retry(9004, 2207052, 'Instagram could not fetch the media. It is tried again.'),
  wrong(36000, 2207004, 'The image is larger than 8 MiB.'),
  wrong(36001, 2207005, 'Instagram does not support the format of the image.'),
  wrong(36003, 2207009, 'The image is too wide or too tall for Instagram.'),
  wrong(36004, 2207010, 'The caption is too long for Instagram.'),

  wrong(1366046, undefined, 'The photo is larger than 4 MB, or of a format that Facebook does not take.'),
  hopeless(1366051, undefined, 'Facebook says that these photos were posted already.'),
  slower(1390008, 'Facebook says that the Page posts too fast.'),
  hopeless(1346003, undefined, 'Facebook took the post for abusive.'),
  hopeless(1404006, undefined, account),
  hopeless(1404112, undefined, account),
  hopeless(1404078, undefined, 'Facebook wants the Page to pass its publishing authorization first.'),
  hopeless(1404102, undefined, 'Facebook says that the post is against its community standards.'),
  hopeless(4854002, undefined, account),
  retry(1609010),
  retry(1363047),
  hopeless(2061006, undefined, 'Facebook does not accept the link.'),
  hopeless(2069019, undefined, 'Facebook does not accept the file.'),
  hopeless(1349125, undefined, 'Facebook does not accept the format of the content.'),
];

const neverSeen: Meaning = {
  reaction: 'retry',
  commit: 'unknown',
  words: 'Meta answered something that we do not know. It is tried again.',
};

/** Instagram numbers its publishing errors by subcode, whatever the code: one without a row is unknown, not what its code says elsewhere. */
const ofInstagram = (subcode: number) => subcode >= 2207000 && subcode <= 2207999;

/** What a container failed of, whichever code would come with the subcode; what has no row passes. */
export const meaningOfInstagram = (subcode: number | undefined): Meaning =>
  reactions.find((r) => r.subcode === subcode && subcode !== undefined && ofInstagram(subcode)) ?? {
    ...neverSeen,
    words: 'Instagram could not process the media. It is tried again.',
  };

/** Whether there is a row for it. */
export const isKnown = (code: number, subcode?: number): boolean => meaningOf(code, subcode) !== neverSeen;

/** @returns the row for it; for what has none, a meaning that commits to nothing */
export function meaningOf(code: number, subcode?: number): Meaning {
  const exact = reactions.find((r) => r.code === code && r.subcode === subcode && subcode !== undefined);
  if (exact) return exact;
  // A few of Meta's publishing errors come as subcodes of a general code.
  const published = subcode === undefined ? undefined : reactions.find((r) => r.code === subcode && r.code > 1_000_000);
  if (published) return published;
  if (subcode !== undefined && ofInstagram(subcode) && code !== 190) return neverSeen;
  return reactions.find((r) => r.subcode === undefined && code >= r.code && code <= (r.upTo ?? r.code)) ?? neverSeen;
}
