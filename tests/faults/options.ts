import type { Form } from '../../meta/kinds.ts';
import type { Random } from './random.ts';

/** What is chosen for a post besides its words and files, as the API takes it. */
export interface Options {
  collaborators?: readonly string[];
  locationId?: string;
  userTags?: readonly { username: string; x?: number; y?: number }[];
  coverOffsetMs?: number;
  shareToFeed?: boolean;
}

const chosen = 0.4;
/** No film here is shorter. */
const coverWithinMs = 1_500;

/** Only Instagram takes any; tags in a carousel are of its files. */
export function drawOptions(random: Random, form: Form): Options | undefined {
  if (!['instagram-image', 'instagram-carousel', 'instagram-reel'].includes(form) || !random.chance(chosen)) return;
  const number = () => random.whole(1, 1_000_000);
  const [percent, isReel] = [() => random.whole(0, 100) / 100, form === 'instagram-reel'];
  const tag = { username: `person.${number()}`, ...(!isReel && { x: percent(), y: percent() }) };
  return {
    ...(random.chance(0.5) && { collaborators: [`friend.${number()}`, `friend.${number()}`] }),
    ...(random.chance(0.5) && { locationId: `6155${String(number()).padStart(13, '0')}` }),
    ...(form !== 'instagram-carousel' && random.chance(0.5) && { userTags: [tag] }),
    ...(isReel && random.chance(0.5) && { coverOffsetMs: random.whole(0, coverWithinMs) }),
    ...(isReel && random.chance(0.5) && { shareToFeed: random.chance(0.5) }),
  };
}

/** As it stands at Meta, in one way only. */
export const atMeta = ({ collaborators, locationId, userTags, coverOffsetMs, shareToFeed }: Options): string =>
  inOneWay({
    ...{ collaborators, location_id: locationId, user_tags: userTags },
    ...{ thumb_offset: coverOffsetMs, share_to_feed: shareToFeed },
  });

export const inOneWay = (options: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(
    Object.entries(options)
      .filter(([, value]) => value !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
