/** Something about a target, and where in it: a JSON pointer below the target's content, as in `/media/0`. */
export interface Remark {
  at: string;
  /** A sentence or two: what is wrong, and what to do. */
  words: string;
}

/** What Meta would refuse. */
export type Flaw = Remark;
