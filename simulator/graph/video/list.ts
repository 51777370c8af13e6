import type { Page } from '../../state/accounts.ts';
import type { Video } from '../../state/videos.ts';
import type { Call } from '../call.ts';
import { askedFields, pick } from '../fields.ts';
import { videoNode } from '../nodes/video.ts';
import { listed } from '../paging.ts';
import { needToRead } from '../rights.ts';
import { hasSettled } from '../visibility.ts';

export function listVideos(call: Call, page: Page, edge: string, videos: readonly Video[]): unknown {
  needToRead(call, ['pages_read_engagement'], page.id);
  const fields = askedFields(call, videoNode.unasked);
  const items = videos.filter(({ created_at }) => hasSettled(created_at, call));
  const show = (video: Video) => pick(call, videoNode, video, fields);
  return listed(call, { items, path: `${page.id}/${edge}`, idOf: ({ id }) => id, show });
}
