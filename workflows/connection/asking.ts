import type { ConnectionFacts } from '../../activities/connection/read-connection.ts';

/** Something for which only a person can get more time. */
interface Ending {
  what: 'login' | 'data-access';
  atMs: number;
  /** Before that nobody is troubled: it may still go by itself. */
  fromMs?: number;
}

export interface Asking {
  what: Ending['what'];
  atMs: number;
  endsAtMs: number;
}

/** When the members were last asked, for each thing that ends. */
export type Asked = Partial<Record<Ending['what'], number>>;

const dayMs = 86_400_000;
/**
 * How long before something ends a person is asked, and once when it has ended. What is known only later is asked for at once: that Meta does not
 * extend a login shows when it is refreshed first, at 80 % of its life, so that for one of 60 days the first asking comes 12 days ahead.
 */
const askBeforeMs = [14 * dayMs, 7 * dayMs, dayMs, 0] as const;

/** The earliest day of asking that has not been used, of everything that ends. */
export function nextAsking(facts: ConnectionFacts | undefined, asked: Asked = {}): Asking | undefined {
  const askings = endings(facts).flatMap(({ what, atMs: endsAtMs, fromMs = 0 }) => {
    const days = askBeforeMs.map((beforeMs) => endsAtMs - beforeMs).filter((ms) => ms >= fromMs);
    const last = asked[what];
    const atMs = last === undefined ? days[0] : days.find((ms) => ms > last);
    return atMs === undefined ? [] : [{ what, atMs, endsAtMs }];
  });
  return askings.sort((a, b) => a.atMs - b.atMs)[0];
}

/** How long something still lasts in whole days: 0 when it has ended. */
export const daysLeft = ({ endsAtMs }: Asking, nowMs: number): number =>
  Math.max(0, Math.ceil((endsAtMs - nowMs) / dayMs));

function endings(facts: ConnectionFacts | undefined): Ending[] {
  if (!facts || facts.is === 'absent' || facts.is === 'erasing') return [];
  const { dataAccessEndsAtMs } = facts;
  const login = loginEnding(facts);
  return [
    ...(login ? [login] : []),
    ...(dataAccessEndsAtMs === undefined ? [] : [{ what: 'data-access' as const, atMs: dataAccessEndsAtMs }]),
  ];
}

type Living = Exclude<ConnectionFacts, { is: 'absent' | 'erasing' }>;

/** A login that Meta extends ends nevertheless where that was due and did not come about, whatever the reason. */
function loginEnding({ renewByMs, refreshedByMs, refreshAtMs }: Living): Ending | undefined {
  if (renewByMs !== undefined) return { what: 'login', atMs: renewByMs };
  if (refreshedByMs === undefined || refreshAtMs === undefined) return undefined;
  return { what: 'login', atMs: refreshedByMs, fromMs: refreshAtMs + dayMs };
}
