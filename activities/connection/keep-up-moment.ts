const dayMs = 86_400_000;
/** After an outage of ours connections are looked at over so long, so that they do not all come at once. */
const spreadMs = 20 * 60_000;

/**
 * The first moment after `lastMs` at which a connection is looked at: the same time of every day, which follows from its id. So connections do
 * not all come at once, and no delay of one day moves the days after it. Sooner where we were away for long until `backAtMs`: Meta may have
 * stopped to tell us what happens.
 */
export function keepUpAtMs(connection: string, lastMs: number, backAtMs = Number.NEGATIVE_INFINITY): number {
  const timeOfDayMs = Number.parseInt(connection.slice(-8), 16) % dayMs;
  const days = Math.floor((lastMs - timeOfDayMs) / dayMs) + 1;
  const dailyMs = days * dayMs + timeOfDayMs;
  return lastMs < backAtMs ? Math.min(dailyMs, backAtMs + (timeOfDayMs % spreadMs)) : dailyMs;
}
