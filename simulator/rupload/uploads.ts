import { notFound } from '../errors.ts';
import type { CallName, Mishap } from '../graph/call.ts';
import { settleContainer } from '../graph/instagram/contents.ts';
import { largestVideoBytes } from '../graph/instagram/media-rules.ts';
import { findInstagram } from '../state/accounts.ts';
import { type Container, findContainer } from '../state/containers.ts';
import { type File, findFile } from '../state/files.ts';
import type { Token } from '../state/tokens.ts';
import { findVideo, noteFileSize, noteUploaded, type Video } from '../state/videos.ts';
import type { World } from '../world.ts';

const LARGEST_PAGE_VIDEO_BYTES = 4_000_000_000;

/** Something that bytes are awaited for. */
export interface Upload {
  kind: 'video' | 'container';
  id: string;
  page: string;
  call: CallName;
  /** How many there are, when all of them are there. */
  uploadedBytes: number | undefined;
  largestBytes: number;
  noteSize(bytes: number): void;
  complete(file: File, mishap: Mishap | undefined): void;
}

/** What that address was given out for; refused for who may not touch the Page it belongs to. */
export function findUpload(world: World, kind: Upload['kind'], id: string, token: Token): Upload {
  const upload =
    kind === 'video'
      ? videoUpload(world, findVideo(world.db, id))
      : containerUpload(world, findContainer(world.db, id));
  if (!upload || (token.page_id !== null && token.page_id !== upload.page)) throw notFound('POST', id);
  return upload;
}

function videoUpload(world: World, video: Video | undefined): Upload | undefined {
  if (!video || video.flow === 'video') return undefined;
  const { id, sha256 } = video;
  return {
    ...{ kind: 'video', id, page: video.page_id, largestBytes: LARGEST_PAGE_VIDEO_BYTES },
    call: video.flow === 'reel' ? 'reelUpload' : 'videoStoryUpload',
    uploadedBytes: sha256 === null ? undefined : findFile(world.db, sha256)?.bytes,
    noteSize: (bytes) => noteFileSize(world.db, id, bytes),
    complete: (file) => noteUploaded(world.db, id, file.sha256, world.clock.nowMs()),
  };
}

function containerUpload(world: World, container: Container | undefined): Upload | undefined {
  if (!container || container.source_url !== null || ['IMAGE', 'CAROUSEL'].includes(container.media_type))
    return undefined;
  const { id, sha256, account_id } = container;
  return {
    ...{ kind: 'container', id, page: findInstagram(world.db, account_id)?.page_id ?? '', call: 'containerUpload' },
    largestBytes: largestVideoBytes(container.media_type),
    uploadedBytes: sha256 === null ? undefined : findFile(world.db, sha256)?.bytes,
    noteSize: () => undefined,
    complete: (file, mishap) => settleContainer(world, container, { file, ...mishap }),
  };
}
