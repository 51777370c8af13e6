import type { InstagramAccount } from '../../state/accounts.ts';
import type { Call } from '../call.ts';
import { allows, needToRead } from '../rights.ts';

/** Reading what an account has. */
export function needToReadInstagram(call: Call, account: InstagramAccount): void {
  needToRead(call, ['instagram_basic'], account.id);
  if (!allows(call, 'pages_show_list', account.page_id)) needToRead(call, ['pages_read_engagement'], account.page_id);
}

/** Containers, publishing and its quota; with the token of the person or of the Page. */
export function needToPublish(call: Call, account: InstagramAccount): void {
  needToRead(call, ['instagram_basic', 'instagram_content_publish'], account.id);
  needToRead(call, ['pages_read_engagement'], account.page_id);
}
