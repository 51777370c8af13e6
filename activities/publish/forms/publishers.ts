import type { Form, Publisher } from './form.ts';
import { instagram } from './instagram.ts';
import { pagePost } from './page-post.ts';
import { pageVideos } from './page-videos.ts';

const publishers: Partial<Record<Form, Publisher>> = { 'page-post': pagePost, ...pageVideos, ...instagram };

/** @returns undefined where nothing of this form is published yet */
export const publisherOf = (form: Form | undefined): Publisher | undefined => form && publishers[form];
