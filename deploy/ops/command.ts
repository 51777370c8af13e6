import type { Ops } from './open.ts';

/** What the exit code tells a script. */
export const exits = {
  fine: 0,
  failed: 1,
  wrongWords: 2,
  notFound: 3,
  needsAttention: 4,
  wrongConfiguration: 78,
} as const;

export type Exit = (typeof exits)[keyof typeof exits];

export interface Result {
  exit: Exit;
  /** One line of JSON with `--json`. */
  json: Record<string, unknown>;
  /** The same for people. */
  lines: string[];
}

export interface Asked {
  /** The words in the place of the capitals of the usage. */
  words: string[];
  flags: Record<string, string | boolean | undefined>;
}

export interface Command {
  /** How it is called: small words as they are, `CAPITALS` stand for a word, in brackets for one that may be absent. */
  usage: string;
  summary: string;
  flags?: Record<string, { type: 'string' | 'boolean' }>;
  run(ops: Ops, asked: Asked): Promise<Result>;
}

/** Ends a command with words for a person and an exit code. */
export class OpsFailure extends Error {
  readonly exit: Exit;
  readonly next: string;

  /** @param next what to do now */
  constructor(exit: Exit, wrong: string, next: string) {
    super(wrong);
    this.name = 'OpsFailure';
    this.exit = exit;
    this.next = next;
  }
}
