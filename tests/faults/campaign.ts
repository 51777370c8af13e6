import type { Finding } from './judge.ts';
import type { Run } from './plan.ts';
import type { Played } from './play.ts';
import { notPlayed, Suite, type Wanted as WantedOnPlace } from './suite.ts';

export interface Wanted extends WantedOnPlace {
  /** Stacks side by side: while one of them waits for what is down, the others have the machine. */
  places: number;
}

export interface Judged {
  played: Played[];
  findings: Finding[];
}

interface Known extends Judged {
  /** Of these the post went past the moment at which it was to be disturbed, however often it was tried. */
  missed: Run[];
}

const sayEveryMs = 10_000;

/** Runs of one seed, played on as many stacks as there are places. */
export class Campaign {
  readonly suites: readonly Suite[];
  readonly #say: Wanted['say'];

  private constructor(suites: readonly Suite[], say: Wanted['say']) {
    this.suites = suites;
    this.#say = say;
  }

  static async open({ places, ...each }: Wanted): Promise<Campaign> {
    const opened = await Promise.allSettled(Array.from({ length: places }, () => Suite.open(each)));
    const suites = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const failed = opened.find((one) => one.status === 'rejected');
    if (!failed) return new Campaign(suites, each.say);
    await Promise.all(suites.map((suite) => suite.close()));
    throw failed.reason;
  }

  /** Plays each run, and what was missed once more when nothing else is under way. */
  async play(runs: readonly Run[]): Promise<Known> {
    const first = await this.#playOnce(runs);
    const missed = missedOf(runs, first);
    if (!missed.length) return { ...first, missed };
    const again = await this.#playOnce(missed);
    const [played, findings] = [
      [...first.played, ...again.played],
      [...first.findings, ...again.findings],
    ];
    return { played, findings, missed: missedOf(missed, again) };
  }

  /** Each run goes to whichever place has room for it first. */
  async #playOnce(runs: readonly Run[]): Promise<Judged> {
    const waiting = [...runs];
    const beganAtMs = performance.now();
    const progress = setInterval(() => {
      const played = this.#sum((suite) => suite.playedSoFar);
      const rate = played / ((performance.now() - beganAtMs) / 1_000);
      this.#say(
        `${runs.length - waiting.length} of ${runs.length} runs begun, ${played} played, ${rate.toFixed(1)} a second, ${this.kills} kills`,
      );
    }, sayEveryMs);
    try {
      const judged = await Promise.all(this.suites.map((suite) => suite.play(waiting)));
      const left = waiting.map(({ index }) => notPlayed(index, 'no Page was left'));
      return {
        played: judged.flatMap((one) => one.played),
        findings: [...judged.flatMap((one) => one.findings), ...left],
      };
    } finally {
      clearInterval(progress);
    }
  }

  get kills(): number {
    return this.#sum(({ disturber }) => disturber.kills);
  }

  /** What died though nobody had ended it, with the end of its log. */
  get died(): string[] {
    return this.suites.flatMap(({ disturber }) => disturber.died);
  }

  /** How often each fault hit, and each disturbance happened. */
  get counts(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { hits, disturber } of this.suites)
      for (const [name, count] of [...hits, ...disturber.counts]) counts.set(name, (counts.get(name) ?? 0) + count);
    return counts;
  }

  async close(): Promise<void> {
    await Promise.all(this.suites.map((suite) => suite.close()));
  }

  #sum(of: (suite: Suite) => number): number {
    return this.suites.reduce((sum, suite) => sum + of(suite), 0);
  }
}

const missedOf = (runs: readonly Run[], { played }: Judged): Run[] =>
  runs.filter(({ index, disturbance }) => disturbance && !played.some(({ run, met }) => run === index && met));
