import { setTimeout as sleep } from 'node:timers/promises';
import { type Fetched, type FetchProblem, fetchMedia } from '../../bytes/fetch-media.ts';
import { keep } from '../../bytes/keep.ts';
import { takeFault } from '../../faults.ts';
import { findInstagram } from '../../state/accounts.ts';
import { noteCall } from '../../state/calls.ts';
import { type Container, type ContainerType, fillContainer, unfetched } from '../../state/containers.ts';
import type { File } from '../../state/files.ts';
import type { World } from '../../world.ts';
import { imageFlaw, LARGEST_IMAGE_BYTES, largestVideoBytes, videoFlaw } from './media-rules.ts';
import { instagramRefusal } from './refusals.ts';

const DEFAULT_DELAY_MS = 1_000;
const BROKEN_OFF_AFTER_BYTES = 100;
/** In the status of a container whose video cannot be downloaded; undocumented, seen by gitroomhq/postiz-app. */
const VIDEO_DOWNLOAD_FAILED = 2_207_077;
const TOO_LATE = 2_207_003;
const UNSUPPORTED_VIDEO = 2_207_026;

/** The image behind an address, kept for that account; or the refusal of the call that named it. */
export async function fetchImage(world: World, account: string, url: string, as: ContainerType): Promise<File> {
  const fetched = await download(world, account, url, { kind: 'image', limitBytes: LARGEST_IMAGE_BYTES });
  if (fetched === 'late') throw instagramRefusal(2207003);
  if (fetched === 'too-large') throw instagramRefusal(2207004);
  if (fetched === 'unfetchable') throw instagramRefusal(2207052);
  const file = await keep(world, fetched.path, fetched.sha256);
  const flaw = imageFlaw(file, as);
  if (flaw) throw instagramRefusal(flaw);
  return file;
}

/** Fetches the video of a container, which is in progress until then; never rejects, since nobody waits for it. */
export async function fetchVideo(world: World, container: Container, delayMs?: number): Promise<void> {
  try {
    const limitBytes = largestVideoBytes(container.media_type);
    const wanted = { kind: 'video', limitBytes } as const;
    const fetched = await download(world, container.account_id, container.source_url ?? '', wanted);
    if (typeof fetched === 'string') settleContainer(world, container, { errorSubcode: subcodeOf(fetched) });
    else settleContainer(world, container, { file: await keep(world, fetched.path, fetched.sha256), delayMs });
  } catch (error) {
    if (!world.closed) world.log.error({ err: error }, 'the simulator failed');
  }
}

/** The bytes of a container's video are there, or will never be: says when it is ready, or why not. */
export function settleContainer(
  world: World,
  container: Container,
  { file, errorSubcode, delayMs }: { file?: File; errorSubcode?: number; delayMs?: number | undefined },
): void {
  const { thumb_offset } = JSON.parse(container.options) as { thumb_offset?: number };
  const flaw = file && videoFlaw(file, container.media_type, thumb_offset);
  fillContainer(world.db, container.id, {
    sha256: file?.sha256 ?? null,
    readyAt: world.clock.nowMs() + (file ? (delayMs ?? world.switches.now.videoProcessingMs) : 0),
    errorSubcode: errorSubcode ?? flaw ?? null,
  });
}

/** Goes on with what a killed process was in the middle of fetching. */
export function resumeFetching(world: World): void {
  for (const container of unfetched(world.db)) void fetchVideo(world, container);
}

async function download(
  world: World,
  account: string,
  url: string,
  wanted: { kind: 'image' | 'video'; limitBytes: number },
): Promise<Fetched> {
  noteCall(world.db, 'fetchMedia');
  const page = findInstagram(world.db, account)?.page_id;
  const fault = takeFault(world.db, { call: 'fetchMedia', page, objects: [account] });
  if (!fault) return fetchMedia(world, url, wanted);
  world.log.warn({ call: 'fetchMedia', fault: fault.then }, 'a fault hits');
  switch (fault.then) {
    case 'slow': {
      const [delayMs, { fetchTimeoutMs }] = [fault.delayMs ?? DEFAULT_DELAY_MS, world.switches.now];
      await sleep(Math.min(delayMs, fetchTimeoutMs));
      return delayMs < fetchTimeoutMs ? fetchMedia(world, url, wanted) : 'late';
    }
    case 'resetMidUpload':
      return fetchMedia(world, url, { ...wanted, breakOffAfter: fault.afterBytes ?? BROKEN_OFF_AFTER_BYTES });
    default:
      return 'unfetchable';
  }
}

function subcodeOf(problem: FetchProblem): number {
  if (problem === 'late') return TOO_LATE;
  return problem === 'too-large' ? UNSUPPORTED_VIDEO : VIDEO_DOWNLOAD_FAILED;
}
