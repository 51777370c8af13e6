import type { Figures } from './run.ts';

/** What was measured is not as it must be: the figures are shown all the same, and the run has failed. */
export class Missed extends Error {
  readonly figures: Figures;

  constructor(wrong: readonly string[], figures: Figures) {
    super(wrong.join('\n'));
    this.figures = figures;
  }
}

/** @throws Missed where anything is wrong */
export function judged(figures: Figures, wrong: readonly string[]): Figures {
  if (wrong.length) throw new Missed(wrong, figures);
  return figures;
}
