import { eventually } from '../stack/eventually.ts';
import { ask } from './ask.ts';
import type { Judged } from './campaign.ts';
import { Disturber } from './disturb.ts';
import { bytesOf, digestsOf, files } from './files.ts';
import { nameOf } from './graph-faults.ts';
import { type Finding, judge } from './judge.ts';
import { connectPages, type Slot } from './pages.ts';
import { type Place, startPlace } from './place.ts';
import type { Run } from './plan.ts';
import { type Played, play, type Stage } from './play.ts';
import { Random } from './random.ts';
import { Rows } from './rows.ts';
import { allSaid, told } from './told.ts';
import { everMade, markOf, type Sought } from './truth.ts';
import { Watch } from './watch.ts';

export interface Wanted {
  seed: number;
  /** How many posts are under way at the same time. */
  atOnce: number;
  /** For so long after its time a post may be open. */
  resolvedWithinMs: number;
  /** Nothing is begun any more, nor waited for. */
  enough: AbortSignal;
  say: (line: string) => void;
}

const leftWithinMs = 120_000;
const lookAfterEveryMs = 2_000;
const attemptsToMeet = 4;

/** One stack on which runs are played and judged. */
export class Suite {
  /** How often each fault of Meta's has hit. */
  readonly hits = new Map<string, number>();
  readonly disturber: Disturber;
  readonly place: Place;
  readonly #wanted: Wanted;
  readonly #slots: Slot[];
  readonly #rows: Rows;
  readonly #files: Uploaded;
  #takes = 0;
  #playedSoFar = 0;

  private constructor(wanted: Wanted, place: Place, slots: Slot[], rows: Rows, uploaded: Uploaded) {
    this.place = place;
    this.disturber = new Disturber(place);
    this.#wanted = wanted;
    this.#slots = slots;
    this.#rows = rows;
    this.#files = uploaded;
  }

  static async open(wanted: Wanted): Promise<Suite> {
    const place = await startPlace(wanted.say);
    try {
      const slots = await connectPages(place.stack, wanted.atOnce);
      await place.stack.simulator.switches(switchesOf(wanted.seed));
      return new Suite(wanted, place, slots, await Rows.open(place), await upload(place));
    } catch (cause) {
      await place.stop();
      throw cause;
    }
  }

  get playedSoFar(): number {
    return this.#playedSoFar;
  }

  /**
   * Plays runs, as many at once as there are Pages, and compares what the product says with what is true.
   * @param waiting from which others may take theirs too
   */
  async play(waiting: Run[]): Promise<Judged> {
    const stage: Stage = {
      place: this.place,
      rows: this.#rows,
      watch: new Watch(this.#rows, this.#wanted.enough),
      disturber: this.disturber,
      resolvedWithinMs: this.#wanted.resolvedWithinMs,
      mediaOf: (file) => this.#files.mediaOf.get(file) ?? '',
      markOf: (run) => markOf(this.#wanted.seed, run, this.#takes++),
      hit: (page) => this.#countHits(page),
      count: (name) => this.#count(name, 1),
    };
    const { played, findings } = await this.#playAll(stage, waiting);
    return { played, findings: [...findings, ...(await this.#judge(played))] };
  }

  async close(): Promise<void> {
    await this.#rows.close();
    await this.place.stop();
  }

  async #playAll(stage: Stage, waiting: Run[]): Promise<Judged> {
    const played: Played[] = [];
    const findings: Finding[] = [];
    const revival = setInterval(
      () => void this.disturber.revive().catch((cause) => this.#wanted.say(String(cause))),
      lookAfterEveryMs,
    );
    const onOneSlot = async (slot: Slot) => {
      const next = () => (this.#wanted.enough.aborted ? undefined : waiting.shift());
      for (let run = next(); run; run = next()) {
        const { index } = run;
        // On a busy machine a post may be past the step at which it was to be met.
        for (let attempt = 1, met = false; !met && attempt <= attemptsToMeet; attempt++) {
          const one = await play(stage, run, slot).catch((cause) => void findings.push(notPlayed(index, cause)));
          if (one) this.#playedSoFar = played.push(...one);
          // It may be published any time, and nothing else may be done where it could be taken for something of its own.
          if (!one || one.some(({ openBecause }) => openBecause)) return;
          met = one.every((each) => each.met);
        }
      }
    };
    try {
      await Promise.all(this.#slots.map(onOneSlot));
      return { played, findings };
    } finally {
      clearInterval(revival);
    }
  }

  async #judge(played: readonly Played[]): Promise<Finding[]> {
    // What has ended is struck off a little later.
    const nobodyWanted = async () => this.#wanted.enough.aborted || !(await this.#rows.wanted()).size;
    await eventually(nobodyWanted, { withinMs: leftWithinMs, everyMs: 500 }).catch(() => undefined);
    const wanted = await this.#rows.wanted();
    const madeOf = await everMade(this.place.stack.simulator, (sha256) => this.#files.fileOf.get(sha256 ?? ''));
    const said = await allSaid(this.place.stack.member);
    const reasons = await this.#rows.reasons();
    const toldOf = (one: Played) => told(one, said.get(one.post), reasons, wanted);
    return played.flatMap((one) => judge(toldOf(one), madeOf(soughtOf(one, played))));
  }

  async #countHits(page: string): Promise<void> {
    const { simulator } = this.place.stack;
    for (const fault of await simulator.faults(page)) if (fault.hits) this.#count(nameOf(fault), fault.hits);
    await simulator.noFaults(page);
  }

  #count(name: string, times: number): void {
    this.hits.set(name, (this.hits.get(name) ?? 0) + times);
  }
}

/** What was begun on its accounts before the next post was asked for there. */
function soughtOf({ mark, wordless, slot, beganAtMs, notFiles }: Played, all: readonly Played[]): Sought {
  const later = all.filter((one) => one.slot === slot && one.beganAtMs > beganAtMs).map((one) => one.beganAtMs);
  const accounts = [slot.facebook.metaId, slot.instagram.metaId];
  return { mark, wordless, accounts, notFiles, fromMs: beganAtMs, untilMs: Math.min(...later) };
}

export const notPlayed = (run: number, cause: unknown): Finding => ({
  ...{ run, wrong: 'unresolved' },
  words: `It could not be played to its end: ${cause instanceof Error ? `${cause.stack} ${cause.cause ?? ''}` : cause}`,
});

/** However many posts go through one account. */
const plenty = { publishingQuota: 100_000, containersADay: 100_000, reelsADay: 100_000 };
/** What takes its time in earnest is told of by faults. */
const quick = { imageProcessingMs: 20, videoProcessingMs: 100 };

/** Where nobody knows how Meta behaves, each seed has it one way; how reads lag and what second calls do is drawn for each call. */
function switchesOf(seed: number): Record<string, unknown> {
  const random = new Random(seed);
  return {
    createdTime: random.pick(['draft', 'publication']),
    photosOutlivePost: random.pick([true, false]),
    duplicateDraft: random.pick(['published', 'error']),
    deletableMedia: random.pick(['feed', 'all']),
    processingError: random.pick(['message', 'status']),
    videoPostId: random.pick(['full', 'bare']),
    ...plenty,
    ...quick,
  };
}

interface Uploaded {
  mediaOf: ReadonlyMap<number, string>;
  /** By their bytes. */
  fileOf: ReadonlyMap<string, number>;
}

async function upload({ stack: { member } }: Place): Promise<Uploaded> {
  const mediaOf = new Map<number, string>();
  const fileOf = new Map<string, number>();
  for (const file of files) {
    const bytes = await bytesOf(file);
    const answer = await ask<{ id: string }>(member, 'POST', '/v1/media', bytes, 'application/octet-stream');
    if (answer.status !== 201) throw new Error(`Uploading answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    mediaOf.set(file.number, answer.body.id);
    for (const digest of await digestsOf(file, bytes)) fileOf.set(digest, file.number);
  }
  return { mediaOf, fileOf };
}
