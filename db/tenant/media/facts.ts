import type { TenantDb } from '../pools.ts';

/** The columns of what was read of a file when it was uploaded, in the words of `MediaFacts`. */
export const factColumns = [
  'content_type as contentType',
  'bytes',
  'width',
  'height',
  'orientation',
  'frames',
  'transparent',
  'duration_ms as durationMs',
  'video_codec as videoCodec',
  'audio_codec as audioCodec',
  'audio_channels as audioChannels',
  'audio_sample_rate_hz as audioSampleRateHz',
  'frame_rate as frameRate',
  'bit_rate as bitRate',
  'moov_first as moovFirst',
] as const;

type Present<Row> = { [K in keyof Row as null extends Row[K] ? never : K]: Row[K] } & {
  [K in keyof Row as null extends Row[K] ? K : never]?: NonNullable<Row[K]>;
};

/** What is not there instead of null, as `MediaFacts` has it. */
export const present = <Row extends object>(row: Row): Present<Row> =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as Present<Row>;

/** The facts of media by id; of those that are there. */
export async function readFacts(db: TenantDb, ids: readonly string[]) {
  if (!ids.length) return new Map<string, never>();
  const rows = await db
    .selectFrom('media')
    .select(['id', ...factColumns])
    .where('id', 'in', ids)
    .execute();
  return new Map(rows.map((row) => [row.id, present(row)]));
}
