import { picture } from '../../deploy/local/demo/picture.ts';
import { film } from '../publish/films.ts';
import type { Page } from '../publish/page.ts';
import { eventually } from '../stack/eventually.ts';
import type { Stack } from '../stack/stack.ts';

const withinMs = 120_000;

export interface Words {
  text: string;
  altText: string;
  firstComment: string;
  username: string;
  placeMetaId: string;
  metaMessage: string;
}

interface Seen {
  page: Page;
  instagram: Page;
}

/** Publishes in every form that there is, some with answers lost, one refused, one upload that breaks off; then deletes one. */
export async function publishEveryForm(stack: Stack, { page, instagram }: Seen, words: Words): Promise<void> {
  const { text, altText, firstComment, username, metaMessage, placeMetaId: locationId } = words;
  const [upright, wide, photo, other] = [
    await page.uploadFile(film('upright')),
    await page.uploadFile(film('wide')),
    await page.uploadFile(picture(90_001, 800, 800)),
    await page.uploadFile(picture(90_002, 800, 800)),
  ];
  const publish = async (of: Page, post: Record<string, unknown>) => {
    const scheduled = await of.schedule(post);
    await of.becomes(scheduled, 'published', withinMs);
    return scheduled;
  };
  const one = (id: string) => [{ id }];
  const silent = { kind: 'story', text: null };

  const commented = { account: page.account, kind: 'feed', firstComment };
  const regretted = await publish(page, { text: `${text} commented`, targets: [commented] });
  await stack.simulator.fault({ call: 'videoFinish', then: 'dropAnswer' });
  await publish(page, { text: `${text} video`, media: one(wide) });
  await stack.simulator.fault({ call: 'rupload', then: 'resetMidUpload' });
  await publish(page, { text: `${text} reel`, kind: 'reel', media: one(upright) });
  await publish(page, { ...silent, media: one(upright) });
  await publish(page, { ...silent, media: one(photo) });

  const tags = [{ username, x: 0.5, y: 0.5 }];
  const options = { collaborators: [username], locationId, userTags: tags };
  const to = (kind: string, chosen: object) => ({ targets: [{ account: instagram.account, kind, options: chosen }] });
  const image = { text: `${text} image`, media: [{ id: photo, altText }], ...to('feed', options) };
  await stack.simulator.fault({ call: 'publishContainer', then: 'dropAnswer' });
  await publish(instagram, image);
  const files = [{ id: photo, altText }, { id: upright }, { id: other }];
  await publish(instagram, { text: `${text} carousel`, media: files, ...to('feed', options) });
  const ofReel = { collaborators: [username], coverMedia: photo, shareToFeed: true };
  await publish(instagram, { text: `${text} reel`, media: one(upright), ...to('reel', ofReel) });
  await publish(instagram, { ...silent, media: one(photo) });
  await publish(instagram, { ...silent, media: one(upright) });
  await stack.simulator.fault({ call: 'createContainer', then: 'refuse', code: 100, message: metaMessage });
  await instagram.becomes(await instagram.schedule({ ...image, text: `${text} refused` }), 'failed', withinMs);

  const remove = () => stack.member.delete(`/v1/posts/${regretted.id}`);
  await eventually(async () => (await remove()).status === 200, { withinMs, what: 'the deletion to be taken' });
  await page.becomes(regretted, 'deleted', withinMs);
}
