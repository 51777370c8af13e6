import type { Database } from './database.ts';

/** A content that was fetched or uploaded, kept once however often it comes; the name of its file is its hash. */
export interface File {
  sha256: string;
  type: string;
  bytes: number;
  width: number | null;
  height: number | null;
  duration_ms: number | null;
  frame_rate: number | null;
  video_codec: string | null;
  audio_codec: string | null;
  moov_first: number | null;
}

export function noteFile(db: Database, file: File): void {
  db.run(
    `insert into files (sha256, type, bytes, width, height, duration_ms, frame_rate, video_codec, audio_codec, moov_first)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing`,
    ...[file.sha256, file.type, file.bytes, file.width, file.height],
    ...[file.duration_ms, file.frame_rate, file.video_codec, file.audio_codec, file.moov_first],
  );
}

export const findFile = (db: Database, sha256: string) =>
  db.settled<File>('select * from files where sha256 = ?', sha256);
