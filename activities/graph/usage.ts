export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** What Meta counts calls against: a kind of use of one asset, whatever their tenants. */
export type UseCase = 'pages' | 'instagram' | 'messenger';

export interface Usage {
  /** Meta's id of the asset; absent for the application as a whole. */
  asset?: string;
  /** Meta's word for the limit; `application` is ours. */
  useCase: string;
  percent: number;
  regainMs: number;
}

const entriesAtMost = 200;

/** What the headers of an answer say about limits. What cannot be read says nothing: shapes change, and no answer fails for it. */
export function usageIn(headers: Headers): Usage[] {
  const app = parsed(headers['x-app-usage']);
  const business = Object.entries(parsed(headers['x-business-use-case-usage']) ?? {});
  const ofApp = app && 'call_count' in app ? [{ useCase: 'application', percent: percentOf(app), regainMs: 0 }] : [];
  const ofAssets = business.flatMap(([asset, limits]) =>
    (Array.isArray(limits) ? limits : []).flatMap((limit) => usageOf(asset, limit)),
  );
  return [...ofApp, ...ofAssets].slice(0, entriesAtMost);
}

function usageOf(asset: string, limit: unknown): Usage[] {
  if (!isObject(limit) || !/^\d{1,32}$/.test(asset)) return [];
  const { type, estimated_time_to_regain_access: minutes } = limit;
  if (typeof type !== 'string' || !/^\w{1,64}$/.test(type)) return [];
  const regainMs = typeof minutes === 'number' && minutes > 0 ? minutes * 60_000 : 0;
  return [{ asset, useCase: type, percent: percentOf(limit), regainMs }];
}

/** The limit that is nearest counts. */
function percentOf({ call_count, total_time, total_cputime }: Record<string, unknown>): number {
  const said = [call_count, total_time, total_cputime].filter((value) => typeof value === 'number');
  return Math.min(1_000, Math.max(0, Math.round(Math.max(0, ...said.filter(Number.isFinite)))));
}

function parsed(header: string | string[] | undefined): Record<string, unknown> | undefined {
  if (typeof header !== 'string') return undefined;
  try {
    const value: unknown = JSON.parse(header);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined; // a header that cannot be read says nothing
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
