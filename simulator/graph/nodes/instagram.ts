import type { InstagramAccount } from '../../state/accounts.ts';
import { countMedia } from '../../state/media.ts';
import type { FieldTable } from '../fields.ts';

const table: FieldTable<InstagramAccount> = {
  id: ({ id }) => id,
  username: ({ username }) => username,
  name: ({ name }) => name,
  biography: ({ biography }) => biography,
  profile_picture_url: ({ page_id }, { origin }) => `${origin}/pages/${page_id}/picture.svg`,
  followers_count: ({ followers }) => followers,
  follows_count: ({ follows }) => follows,
  media_count: ({ id, media }, { world }) => media + countMedia(world.db, id),
};

export const instagramNode = { name: 'IGUser', table, unasked: ['id'] } as const;
