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
  audioBitRate?: Range;
  audioChannels?: Range;
  audioSampleRateHz?: Range;
  /** The index has to lie before the pictures. */
  moovFirst?: true;
  source: Source;
}

export const within = (value: number, { min, max }: Range): boolean =>
  (min === undefined || value >= min) && (max === undefined || value <= max);
