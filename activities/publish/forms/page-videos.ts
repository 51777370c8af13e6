import type { Form, Publisher } from './form.ts';

/** Videos, reels and stories of Pages. */
export const pageVideos: Partial<Record<Form, Publisher>> = {};
