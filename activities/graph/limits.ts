import type { Heard } from '../../db/control/usage/record.ts';
import { usageHash } from '../../db/vault/route-hash.ts';
import type { CallClass } from './call-class.ts';
import { type GraphFailure, saidWaitMs } from './failure.ts';
import { type Headers, type UseCase, usageIn } from './usage.ts';

/** What the governor looks at in a call. */
export interface Governed {
  class: CallClass;
  useCase: UseCase;
  path: string;
  /** Absent where the app speaks for itself. */
  token?: string;
}

/** Something that Meta counts, by the name that control knows it under. */
export interface Limited {
  asset: string;
  useCase: string;
}

/** Codes by which Meta says that the whole app, whoever has this token, or this asset asked too much. */
const ofApp = new Set([4, 341]);
const ofToken = new Set([17, 32, 613]);
const ofAsset = new Map<number, UseCase>([
  [80001, 'pages'],
  [80002, 'instagram'],
  [80006, 'messenger'],
]);

/** What is counted for the app and for a person is counted over an hour: nobody has to wait longer for it. */
const hourMs = 3_600_000;
const tokensRemembered = 10_000;
const assetsRemembered = 10_000;

/** Knows under which limits a call falls, and which limits an answer speaks of. */
export class Limits {
  readonly #key: string;
  readonly #app: Limited;
  /** The asset of a token, once an answer has named it: the path of a photo or a comment does not. */
  readonly #assetOf = new Map<string, string>();
  /** Each hash is asked for several times a call. */
  readonly #assets = new Map<string, string>();
  readonly #tokens = new WeakMap<Governed, string>();

  constructor({ key, appId }: { key: string; appId: string }) {
    this.#key = key;
    this.#app = { asset: usageHash(key, 'app', appId), useCase: 'application' };
  }

  /** Everything that the call counts against, as far as is known. */
  of(call: Governed): Limited[] {
    const token = this.#tokenOf(call);
    const ofWhomever = token ? [{ asset: token, useCase: 'token' }] : [];
    const ofAssets = this.#assetsOf(call).map((asset) => ({ asset, useCase: call.useCase }));
    return [this.#app, ...ofWhomever, ...ofAssets];
  }

  /** What an answer says of limits; by a refusal for too many calls the limit that it is about is used up. */
  heard(call: Governed, headers: Headers, failure: GraphFailure | undefined): Heard[] {
    const said = usageIn(headers).map(({ asset, useCase, percent, regainMs }) => ({
      ...(asset === undefined ? this.#app : { asset: this.#assetNamed(asset), useCase }),
      percent,
      blockedForMs: regainMs,
    }));
    const assets = said.filter(({ useCase }) => useCase !== this.#app.useCase).map(({ asset }) => asset);
    this.#remember(call, assets);
    return merged([...said, ...this.#usedUp(call, headers, failure)]);
  }

  /** Without a time of Meta's the limit counts as used up, which stops all but publishing. */
  #usedUp(call: Governed, headers: Headers, failure: GraphFailure | undefined): Heard[] {
    if (failure?.code === undefined || failure.reaction !== 'retry-after') return [];
    const saidMs = saidWaitMs(headers);
    const { code } = failure;
    const useCase = ofAsset.get(code);
    if (useCase) return this.#assetsOf(call).map((asset) => ({ asset, useCase, percent: 100, blockedForMs: saidMs }));
    const usedUp = { percent: 100, blockedForMs: Math.min(saidMs, hourMs) };
    if (ofApp.has(code)) return [{ ...this.#app, ...usedUp }];
    const token = this.#tokenOf(call);
    if (!ofToken.has(code) || !token) return [];
    return [{ asset: token, useCase: 'token', ...usedUp }];
  }

  #assetsOf(call: Governed): string[] {
    const named = /^\/(\d{1,32})/.exec(call.path)?.[1];
    const inPath = named === undefined ? [] : [this.#assetNamed(named)];
    const token = this.#tokenOf(call);
    const known = token && this.#assetOf.get(token);
    return known && !inPath.includes(known) ? [...inPath, known] : inPath;
  }

  #remember(call: Governed, assets: string[]): void {
    const [asset, ...others] = assets;
    const token = this.#tokenOf(call);
    if (token && asset && others.every((other) => other === asset))
      remember(this.#assetOf, token, asset, tokensRemembered);
  }

  #assetNamed(id: string): string {
    const hash = this.#assets.get(id) ?? usageHash(this.#key, 'asset', id);
    remember(this.#assets, id, hash, assetsRemembered);
    return hash;
  }

  #tokenOf(call: Governed): string | undefined {
    if (call.token === undefined) return undefined;
    const hash = this.#tokens.get(call) ?? usageHash(this.#key, 'token', call.token);
    this.#tokens.set(call, hash);
    return hash;
  }
}

/** What was not asked for longest makes place. */
function remember(all: Map<string, string>, key: string, value: string, atMost: number): void {
  all.delete(key);
  all.set(key, value);
  const [oldest] = all.keys();
  if (all.size > atMost && oldest !== undefined) all.delete(oldest);
}

export const nameOf = ({ asset, useCase }: Limited) => `${asset} ${useCase}`;

/** One entry for each limit: the highest of what was said. */
function merged(said: readonly Heard[]): Heard[] {
  const all = new Map<string, Heard>();
  for (const one of said) {
    const other = all.get(nameOf(one)) ?? one;
    const percent = Math.max(one.percent, other.percent);
    all.set(nameOf(one), { ...one, percent, blockedForMs: Math.max(one.blockedForMs, other.blockedForMs) });
  }
  return [...all.values()];
}
