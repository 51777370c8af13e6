const dayMs = 86_400_000;

/**
 * The first moment after `lastMs` at which a connection is looked at: the same time of every day, which follows from its id. So connections do
 * not all come at once, and no delay of one day moves the days after it.
 */
export function keepUpAtMs(connection: string, lastMs: number): number {
  const timeOfDayMs = Number.parseInt(connection.slice(-8), 16) % dayMs;
  const days = Math.floor((lastMs - timeOfDayMs) / dayMs) + 1;
  return days * dayMs + timeOfDayMs;
}
