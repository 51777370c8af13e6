import { expect, test } from 'vitest';
import type { Committing, Form } from '../../activities/publish/forms/form.ts';
import { publisherOf } from '../../activities/publish/forms/publishers.ts';

const at = { token: 'a-token', subject: '1_2', progress: {}, content: { row: {} } } as unknown as Committing;
const said = (form: Form, answer: Record<string, unknown>) => publisherOf(form)?.commit(at).done(answer);

test.each<[Form, Record<string, unknown>, unknown]>([
  ['page-post', { success: true }, { is: 'published', metaId: '1_2' }],
  ['page-photo-story', { success: true, post_id: '3' }, { is: 'published', metaId: '3' }],
  ['instagram-image', { id: '4' }, { is: 'published', metaId: '4' }],
  ['page-reel', { success: true, post_id: '5' }, { is: 'accepted', metaId: '5' }],
  ['page-reel', { success: true }, { is: 'accepted' }],
  ['page-video', { success: true }, { is: 'accepted' }],
])('a commit of a %s that is answered %j has come to %j', (form, answer, outcome) => {
  expect(said(form, answer)).toEqual(outcome);
});

test.each<[Form, Record<string, unknown>]>([
  ['page-post', {}],
  ['page-post', { id: '1_2' }],
  ['page-photo-story', { success: true }],
  ['instagram-carousel', { id: 'no id' }],
  ['instagram-story', {}],
  ['page-reel', {}],
  ['page-video-story', { post_id: 'no id' }],
  ['page-video', {}],
])('what has become of a %s an answer of %j does not say', (form, answer) => {
  expect(said(form, answer)).toBeUndefined();
});
