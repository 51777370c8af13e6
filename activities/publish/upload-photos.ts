import { FormData } from 'undici';
import { v7 as uuidv7 } from 'uuid';
import { MediaNotFound, mediaKey } from '../../db/media/store.ts';
import { openEntry } from '../../db/tenant/ledger/open.ts';
import { usable } from '../../db/tenant/ledger/usable.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import type { MediaRow } from '../../db/tenant/targets/read-target.ts';
import { record } from '../../db/tenant/targets/record.ts';
import type { Prepared } from '../../workflows/publish/state.ts';
import { passing } from '../failures.ts';
import { photoHash } from './content.ts';
import { patienceMs } from './failing.ts';
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

/** @returns true when the target has come to its end by it */
async function upload(
  parts: PublishParts,
  { tenant, target, wanted }: WantedTarget,
  ready: Ready,
  media: MediaRow,
  contentHash: Buffer,
): Promise<boolean> {
  const { tenants, graph, media: store } = parts;
  const { content, credential, overdueMs } = ready;
  const bytes = await store.openBlob(mediaKey(tenant, media.sha256), media.contentType).catch(unlessMissing);
  if (!bytes) {
    if (await tenants.use(tenant, (db) => missing(db, target, overdueMs))) return true;
    throw passing('The file of a photo is not where it should be');
  }
  const id = uuidv7();
  const entry = { id, target, step: 'photo', revision: wanted, contentHash, status: 'open' } as const;
  await tenants.use(tenant, (db) => openEntry(db, { ...entry, position: media.position }));
  const form = new FormData();
  form.set('published', 'false');
  if (media.altText) form.set('alt_text_custom', media.altText);
  form.set('source', bytes, 'photo');
  const answer = await graph.call<{ id?: unknown }>({
    method: 'POST',
    path: `/${content.row.accountMetaId}/photos`,
    token: credential.token,
    form,
    timeoutMs: 120_000,
  });
  return settle(parts, { tenant, target, ledger: id }, answer, ready);
}

function unlessMissing(error: unknown): undefined {
  if (!(error instanceof MediaNotFound)) throw error;
}

/** A folder that is not mounted looks the same, and comes back: it is said, and given up as late as everything else. */
async function missing(db: TenantDb, target: string, overdueMs: number): Promise<boolean> {
  const reason = 'The file of a photo is missing here. Upload it again and make the post anew.';
  const over = overdueMs >= patienceMs;
  await record(db, target, { state: over ? 'failed' : 'preparing', reason, choices: over ? ['retry', 'cancel'] : [] });
  return over;
}
