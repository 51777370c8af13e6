/** Where Meta says it, and as of when we read it there. */
export interface Source {
  document: string;
  date: string;
}

/** Both ends included; an end that is left out is open. */
export interface Range {
  min?: number;
  max?: number;
}

/** What a video may be. What is left out is not limited, as far as Meta says. */
export interface VideoLimits {
  contentTypes: readonly string[];
  videoCodecs?: readonly string[];
  audioCodecs?: readonly string[];
  bytes?: Range;
  durationMs?: Range;
  width?: Range;
  height?: Range;
  /** Width by height. */
  ratio?: Range;
  frameRate?: Range;
  bitRate?: Range;
  audioChannels?: Range;
  audioSampleRateHz?: Range;
  /** The index has to lie before the pictures. */
  moovFirst?: true;
  source: Source;
}

export interface ImageLimits {
  contentTypes: readonly string[];
  bytes: Range;
  ratio?: Range;
  source: Source;
}

/** Lengths count UTF-16 units. Meta does not say what it counts; no way of counting gives more, so that nothing is too long later. */
export interface TextLimits {
  length: Range;
  hashtags?: Range;
  mentions?: Range;
  source: Source;
}

export type OptionName = 'coverOffsetMs' | 'coverMedia' | 'shareToFeed' | 'collaborators' | 'locationId' | 'userTags';

/** What a form may hold. What it does not name it does not take. */
export interface FormLimits {
  /** As the subject of a sentence. */
  name: string;
  text?: TextLimits;
  link?: true;
  media: Range;
  image?: ImageLimits;
  video?: VideoLimits;
  altText?: TextLimits;
  firstComment?: TextLimits;
  /** Who is tagged may have a place, in a photo and in a video. Elsewhere: in a photo always, in a video never. */
  tagPlaces?: 'optional';
  options: readonly OptionName[];
}

export const within = (value: number, { min, max }: Range): boolean =>
  (min === undefined || value >= min) && (max === undefined || value <= max);
