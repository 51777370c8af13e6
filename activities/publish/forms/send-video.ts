import { mediaKey } from '../../../db/media/store.ts';
import type { MediaRow } from '../../../db/tenant/targets/read-target.ts';
import type { GraphAnswer } from '../../graph/client.ts';
import type { Upload } from '../../graph/rupload.ts';
import type { Making } from './form.ts';

/** Sends a video to where Meta waits for it; what an earlier attempt has sent is not sent again. */
export async function sendVideo(
  { graph, token, tenant, files, signal, begun }: Making,
  video: MediaRow,
  to: Pick<Upload, 'to' | 'id'>,
): Promise<GraphAnswer<unknown>> {
  const upload = { ...to, token };
  const there = begun ? await graph.uploadedBytes(upload) : ({ ok: true, data: 0 } as const);
  if (!there.ok) return there;
  const [offset, fileBytes] = [there.data, Number(video.bytes)];
  if (offset >= fileBytes) return { ok: true, data: {} };
  const bytes = await files.read(mediaKey(tenant, video.sha256), { start: offset });
  return graph.upload({ ...upload, fileBytes, offset, bytes, signal });
}
