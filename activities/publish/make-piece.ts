import { Context } from '@temporalio/activity';
import { v7 as uuidv7 } from 'uuid';
import { forgetEntry } from '../../db/tenant/ledger/close.ts';
import { noteProgress, type Progress } from '../../db/tenant/ledger/note-progress.ts';
import { openWithParts } from '../../db/tenant/ledger/open.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import { mediaFor } from '../media/media-for.ts';
import type { Making } from './forms/form.ts';
import { noFileBy } from './no-file.ts';
import type { PublishParts, WantedTarget } from './parts.ts';
import type { Planned } from './plan.ts';
import type { Ready } from './preparing.ts';
import { type Settled, settlePiece } from './settle-piece.ts';

/**
 * Makes one piece at Meta, or goes on with what an earlier attempt has begun. The ledger has it before Meta does.
 * @throws ApplicationFailure that is retried when the failure is a passing one, or another login takes over
 */
export async function makePiece(
  parts: PublishParts,
  ref: WantedTarget,
  ready: Ready,
  { piece, laid, triesBefore }: Planned,
): Promise<Settled> {
  const inTenant = <T>(work: (db: TenantDb) => Promise<T>) => parts.tenants.use(ref.tenant, work);
  const { content, publisher, credential, plan } = ready;
  const into = piece.stage === 'last' ? plan.pieces.filter((other) => other.piece.stage === 'ahead') : [];
  const ingredients = into.flatMap((other) => other.laid ?? []);
  const id = laid?.id ?? uuidv7();
  if (!laid) {
    const ages = ingredients.map(({ freshFrom }) => freshFrom.getTime());
    const entry = {
      id,
      target: ref.target,
      step: piece.step,
      position: piece.position,
      revision: ref.wanted,
      contentHash: piece.hash,
      status: 'open',
      ...(ages.length ? { freshFrom: new Date(Math.min(...ages)) } : {}),
    } as const;
    const used = ingredients.map((one) => one.id);
    await inTenant((db) => openWithParts(db, entry, used));
  }
  const making: Making = {
    graph: parts.graph,
    files: parts.media,
    sent: (media, as) =>
      mediaFor(parts, { tenant: ref.tenant, form: as ?? content.form, media }).catch(async (error) => {
        // Whatever it was, nothing was called yet; an entry that stays open would say that perhaps something was.
        await inTenant((db) => forgetEntry(db, id));
        throw error;
      }),
    addressOf: ({ id }) => parts.mediaAddress(ref.tenant, id),
    tenant: ref.tenant,
    token: credential.token,
    content,
    piece,
    triesBefore,
    laid: ingredients,
    ...(laid ? { begun: { metaId: laid.metaId, progress: (laid.progress ?? {}) as Progress } } : {}),
    note: (metaId, progress = {}) => inTenant((db) => noteProgress(db, id, { metaId, progress })),
    signal: Context.current().cancellationSignal,
  };
  const made = await publisher.make(making).catch(noFileBy);
  return settlePiece(parts, ref, ready, id, made);
}
