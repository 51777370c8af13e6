import { FormData } from 'undici';
import { v7 as uuidv7 } from 'uuid';
import { openEntry } from '../../db/tenant/ledger/open.ts';
import { usable } from '../../db/tenant/ledger/usable.ts';
import type { MediaRow } from '../../db/tenant/targets/read-target.ts';
import { record } from '../../db/tenant/targets/record.ts';
import type { Prepared } from '../../workflows/publish/state.ts';
import { photoHash } from './content.ts';
import type { PublishParts, WantedTarget } from './parts.ts';
import { type Ready, readyToPrepare, settle } from './preparing.ts';

/**
 * Uploads the photos of a target, unpublished; what lies at Meta already is not sent again. A photo whose answer was lost
 * stays there unseen and is dropped by Meta after a day.
 * (Page photos reference, `published=false`, read 2026-09-11.)
 */
export const uploadPhotos =
  (parts: PublishParts) =>
  async (ref: WantedTarget): Promise<Prepared> => {
    const ready = await readyToPrepare(parts, ref);
    if (typeof ready === 'string') return ready;
    const { tenants } = parts;
    await tenants.use(ref.tenant, (db) => record(db, ref.target, { state: 'preparing' }));
    const there = await tenants.use(ref.tenant, (db) => usable(db, ref.target, 'photo'));
    for (const media of ready.content.media) {
      const hash = photoHash(media);
      if (there.some((photo) => photo.position === media.position && photo.contentHash.equals(hash))) continue;
      const ended = await upload(parts, ref, ready, media, hash);
      if (ended) return 'over';
    }
    return 'ready';
  };

/** @returns true when Meta's refusal ended the target */
async function upload(
  parts: PublishParts,
  { tenant, target, wanted }: WantedTarget,
  { content, token }: Ready,
  media: MediaRow,
  contentHash: Buffer,
): Promise<boolean> {
  const { tenants, graph, media: store } = parts;
  const id = uuidv7();
  const entry = { id, target, step: 'photo', revision: wanted, contentHash, status: 'open' } as const;
  await tenants.use(tenant, (db) => openEntry(db, { ...entry, position: media.position }));
  const form = new FormData();
  form.set('published', 'false');
  if (media.altText) form.set('alt_text_custom', media.altText);
  form.set('source', await store.openBlob(`${tenant}/${media.sha256.toString('hex')}`, media.contentType), 'photo');
  const answer = await graph.call<{ id?: unknown }>({
    method: 'POST',
    path: `/${content.row.accountMetaId}/photos`,
    token,
    form,
    timeoutMs: 120_000,
  });
  return settle(parts, { tenant, target, ledger: id }, answer, content.row.publishAt);
}
