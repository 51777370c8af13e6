import type { Command } from './child.ts';

/** One process of the stack. */
export interface Part {
  name: string;
  /** What people call it. */
  title: string;
  /** Called before every start, the repeated ones too. */
  command: () => Command | Promise<Command>;
  /** Resolves when it serves. @throws when it does not in time, or when `gaveUp` says that there is no point in waiting */
  ready: (gaveUp: () => boolean) => Promise<void>;
}

/** A process that does its work and ends. */
export interface Task {
  name: string;
  title: string;
  command: () => Command;
}
