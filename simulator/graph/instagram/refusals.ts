import { GraphError } from '../../errors.ts';

/** What publishing to Instagram is refused with (Instagram Platform, "Error codes", 2026-06-02): subcode, code, words for people. */
const refusals = {
  2207003: [-2, 'It takes too long to download the media.'],
  2207004: [36000, 'The image is too large to download. It should be less than 8 MiB.'],
  2207005: [36001, 'The image format is not supported. Supported formats are: JPEG.'],
  2207006: [24, 'The media cannot be found.'],
  2207008: [24, 'The media builder with this creation id does not exist or has been expired.'],
  2207009: [36003, 'The submitted image cannot be published: please submit an image with a valid aspect ratio.'],
  2207010: [36004, 'The caption was too long. The maximum number of characters permitted for a caption is 2200.'],
  2207020: [-2, 'The media you are trying to access has expired. Please try to upload again.'],
  2207023: [100, 'The media type is unknown.'],
  2207026: [352, 'The video format is not supported. Please check the spec for supported video formats.'],
  2207027: [9007, 'The media is not ready for publishing, please wait for a moment.'],
  2207028: [100, "Your post won't work as a carousel. Carousels need at least 2 photos/videos and no more than 10."],
  2207040: [100, 'Cannot use more than 20 tags per created media.'],
  2207042: [9, 'You reached maximum number of posts that is allowed to be published by Content Publishing API.'],
  2207051: [4, 'We restrict certain activity to protect our community. Tell us if you think we made a mistake.'],
  2207052: [9004, 'The media could not be fetched from this URI.'],
  2207053: [-1, 'unknown upload error'],
  2207057: [1, 'Thumbnail offset must be greater than or equal to 0 and less than video duration.'],
  2207073: [-1, 'The media type is not supported.'],
} as const;

export type Subcode = keyof typeof refusals;

const messages: Partial<Record<Subcode, string>> = {
  2207027: 'Media ID is not available',
  2207052: 'Only photo or video can be accepted as media type.',
};

export function instagramRefusal(subcode: Subcode): GraphError {
  const [code, words] = refusals[subcode];
  return new GraphError(code, messages[subcode] ?? words, { subcode, transient: false, userMessage: words });
}
