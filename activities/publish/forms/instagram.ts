import type { Form, Publisher } from './form.ts';

/** The forms of Instagram, each prepared as a container. */
export const instagram: Partial<Record<Form, Publisher>> = {};
