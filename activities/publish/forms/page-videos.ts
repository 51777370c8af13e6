import type { Form, Publisher } from './form.ts';
import { pagePhotoStory } from './page-photo-story.ts';
import { pageReel, pageVideoStory } from './page-reel.ts';
import { pageVideo } from './page-video.ts';

/** Videos, reels and stories of Pages. */
export const pageVideos: Partial<Record<Form, Publisher>> = {
  'page-video': pageVideo,
  'page-reel': pageReel,
  'page-photo-story': pagePhotoStory,
  'page-video-story': pageVideoStory,
};
