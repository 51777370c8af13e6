import { isVideo } from '../../../meta/kinds.ts';
import type { Content } from '../content.ts';

const minuteMs = 60_000;
/** Images are ready in seconds; Meta keeps unpublished ones for about a day. */
const imagesMs = 10 * minuteMs;
/** A video is sent, then processed there. */
const videosMs = 60 * minuteMs;
/** What a slow line sends beside other videos. */
const bytesAMinute = 20_000_000;

/** How long before it is due its files are sent to Meta; 0 where there are none. */
export function aheadMs({ media }: Pick<Content, 'media'>): number {
  const videos = media.filter(isVideo);
  if (!videos.length) return media.length ? imagesMs : 0;
  const bytes = videos.reduce((sum, video) => sum + Number(video.bytes), 0);
  return videosMs + Math.ceil(bytes / bytesAMinute) * minuteMs;
}
