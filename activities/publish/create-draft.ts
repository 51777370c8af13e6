import { v7 as uuidv7 } from 'uuid';
import { closeEntry } from '../../db/tenant/ledger/close.ts';
import { openEntry } from '../../db/tenant/ledger/open.ts';
import { spendPhotos } from '../../db/tenant/ledger/spend-photos.ts';
import { usable } from '../../db/tenant/ledger/usable.ts';
import { record } from '../../db/tenant/targets/record.ts';
import type { Prepared } from '../../workflows/publish/state.ts';
import type { GraphFailure } from '../graph/client.ts';
import { photoHash } from './content.ts';
import { diagnosticOf } from './failing.ts';
import type { PublishParts, WantedTarget } from './parts.ts';
import { type Ready, readyToPrepare, settle } from './preparing.ts';

/**
 * Creates the post at Meta, unpublished, from text, link and the photos that lie there. A draft whose answer was lost is
 * never seen by anybody; the next attempt makes another, with photos of its own where the first one took them along.
 * (Page feed reference, `published=false` and `attached_media`, read 2026-09-11.)
 */
export const createDraft =
  (parts: PublishParts) =>
  async (ref: WantedTarget): Promise<Prepared> => {
    const { tenant, target, wanted } = ref;
    const { tenants, graph } = parts;
    const ready = await readyToPrepare(parts, ref);
    if (typeof ready === 'string') return ready;
    const { content, credential } = ready;
    const { drafts, photos } = await tenants.use(tenant, async (db) => {
      await record(db, target, { state: 'preparing' });
      return { drafts: await usable(db, target, 'draft'), photos: await usable(db, target, 'photo') };
    });
    if (!drafts.some((draft) => draft.contentHash.equals(content.hash))) {
      const attached = photoIds(ready, photos);
      if (!attached) return 'stale';
      const id = uuidv7();
      const entry = { id, target, step: 'draft', revision: wanted, contentHash: content.hash, status: 'open' } as const;
      await tenants.use(tenant, (db) => openEntry(db, entry));
      const answer = await graph.call<{ id?: unknown }>({
        method: 'POST',
        path: `/${content.row.accountMetaId}/feed`,
        token: credential.token,
        params: {
          published: false,
          ...(content.row.text ? { message: content.row.text } : {}),
          ...(content.row.link ? { link: content.row.link } : {}),
          ...(attached.length ? { attached_media: JSON.stringify(attached) } : {}),
        },
      });
      if (!answer.ok && isTaken(answer.failure)) {
        const diagnostic = diagnosticOf(answer.failure);
        const spent = await tenants.use(tenant, async (db) => {
          await closeEntry(db, id, { status: 'refused', diagnostic });
          return spendPhotos(db, target, id);
        });
        if (spent) return 'stale';
      }
      if (await settle(parts, { tenant, target, ledger: id }, answer, ready)) return 'over';
    }
    await tenants.use(tenant, (db) => record(db, target, { state: 'armed' }));
    return 'ready';
  };

/** The photos belong to another post: to the draft of an attempt whose answer was lost, where there was one. */
const isTaken = ({ code, subcode }: GraphFailure): boolean => (subcode ?? code) === 1366051;

/** @returns undefined where a photo is not at Meta (any more) */
function photoIds(
  { content }: Ready,
  photos: Awaited<ReturnType<typeof usable>>,
): { media_fbid: string }[] | undefined {
  const attached = content.media.flatMap((media) => {
    const photo = photos.find((p) => p.position === media.position && p.contentHash.equals(photoHash(media)));
    return photo?.metaId ? [{ media_fbid: photo.metaId }] : [];
  });
  return attached.length === content.media.length ? attached : undefined;
}
