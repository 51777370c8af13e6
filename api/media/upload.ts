import { expectWithin } from '../../db/tenant/media/expect-within.ts';
import type { TenantDb } from '../../db/tenant/pools.ts';
import type { MediaFacts } from '../../meta/kinds.ts';
import { audit } from '../audit/write.ts';
import { answered, created } from '../http/answer.ts';
import { Problem, refuse } from '../http/problem.ts';
import { route } from '../http/route.ts';
import type { Member } from '../session/caller.ts';
import { Media, mediaRows, presentMedia } from './shapes.ts';

export const uploadMedia = route(
  {
    method: 'post',
    path: '/v1/media',
    summary: 'Upload an image or a video',
    description:
      'The body is the file itself: JPEG, PNG, GIF, WebP, MP4 or MOV; the answer has what was read of it. The same bytes again are the same media (200). What no post refers to is deleted after a day. A tenant keeps so much only (409); what was deleted counts until its bytes are.',
    role: 'editor',
    idempotent: true,
    upload: true,
    answers: { 200: Media, 201: Media, 409: Problem },
  },
  async ({ parts: { settings }, tenant, db, caller, upload, newId }) => {
    const { sha256, facts } = upload;
    if (!upload.kept) {
      const atMost = settings.TENANT_MEDIA_BYTES;
      const fits = await expectWithin(db, { sha256, bytes: facts.bytes }, atMost);
      return fits ? { errand: () => upload.keep(tenant) } : full(atMost);
    }
    const media = newId('media');
    await insert(db, { id: media, sha256, facts, by: caller });
    const row = await mediaRows(db).where('sha256', '=', sha256).executeTakeFirstOrThrow();
    const shown = presentMedia(settings, tenant, row);
    return row.id === media ? created(shown, `/v1/media/${media}`) : answered(200, shown);
  },
);

const full = (atMost: number) =>
  refuse(
    'storage-full',
    `With this there would be more than the ${atMost} bytes of media that you may keep. Delete what no post needs (DELETE /v1/media/{id}); what none refers to goes by itself after a day. What you deleted within an hour of its upload, and what could not be stored, is freed within two hours.`,
  );

interface Uploaded {
  id: string;
  sha256: Buffer;
  facts: MediaFacts;
  by: Member;
}

/** What is there already counts as new: whoever uploads it again means to use it. */
const insert = (db: TenantDb, { id, sha256, facts, by }: Uploaded) =>
  db.transaction().execute(async (tx) => {
    const { id: kept } = await tx
      .insertInto('media')
      .values({ id, sha256, ...columnsOf(facts), created_by: by.actor })
      .onConflict((conflict) => conflict.column('sha256').doUpdateSet({ unused_since: null }))
      .returning('id')
      .executeTakeFirstOrThrow();
    if (kept === id) await audit(tx, by, { action: 'media.uploaded', subject: id });
  });

const columnsOf = (facts: MediaFacts) => ({
  content_type: facts.contentType,
  bytes: facts.bytes,
  width: facts.width,
  height: facts.height,
  orientation: facts.orientation ?? null,
  frames: facts.frames ?? null,
  transparent: facts.transparent ?? null,
  duration_ms: facts.durationMs ?? null,
  video_codec: facts.videoCodec ?? null,
  audio_codec: facts.audioCodec ?? null,
  audio_channels: facts.audioChannels ?? null,
  audio_sample_rate_hz: facts.audioSampleRateHz ?? null,
  frame_rate: facts.frameRate ?? null,
  bit_rate: facts.bitRate ?? null,
  moov_first: facts.moovFirst ?? null,
});
