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
  asset: Buffer;
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

/** Knows under which limits a call falls, and which limits an answer speaks of. */
export class Limits {
  readonly #key: string;
  readonly #app: Limited;
  /** The asset of a token, once an answer has named it: the path of a photo or a comment does not. */
  readonly #assetOf = new Map<string, Buffer>();

  constructor({ key, appId }: { key: string; appId: string }) {
    this.#key = key;
    this.#app = { asset: usageHash(key, 'app', appId), useCase: 'application' };
  }

  /** Everything that the call counts against, as far as is known. */
  of(call: Governed): Limited[] {
    const { token } = call;
    const ofWhomever = token === undefined ? [] : [{ asset: this.#hash('token', token), useCase: 'token' }];
    const ofAssets = this.#assetsOf(call).map((asset) => ({ asset, useCase: call.useCase }));
    return [this.#app, ...ofWhomever, ...ofAssets];
  }

  /** What an answer says of limits; by a refusal for too many calls the limit that it is about is used up. */
  heard(call: Governed, headers: Headers, failure: GraphFailure | undefined): Heard[] {
    const said = usageIn(headers).map(({ asset, useCase, percent, regainMs }) => ({
      ...(asset === undefined ? this.#app : { asset: this.#hash('asset', asset), useCase }),
      percent,
      blockedForMs: regainMs,
    }));
    const assets = said.filter(({ useCase }) => useCase !== this.#app.useCase).map(({ asset }) => asset);
    this.#remember(call, assets);
    return merged([...said, ...this.#usedUp(call, failure, saidWaitMs(headers))]);
  }

  /** Without a time of Meta's the limit counts as used up, which stops all but publishing. */
  #usedUp(call: Governed, failure: GraphFailure | undefined, saidMs: number): Heard[] {
    if (failure?.code === undefined || failure.reaction !== 'retry-after') return [];
    const { code } = failure;
    const useCase = ofAsset.get(code);
    if (useCase) return this.#assetsOf(call).map((asset) => ({ asset, useCase, percent: 100, blockedForMs: saidMs }));
    const usedUp = { percent: 100, blockedForMs: Math.min(saidMs, hourMs) };
    if (ofApp.has(code)) return [{ ...this.#app, ...usedUp }];
    if (!ofToken.has(code) || call.token === undefined) return [];
    return [{ asset: this.#hash('token', call.token), useCase: 'token', ...usedUp }];
  }

  #assetsOf({ path, token }: Governed): Buffer[] {
    const named = /^\/(\d{1,32})/.exec(path)?.[1];
    const inPath = named === undefined ? [] : [this.#hash('asset', named)];
    const known = token === undefined ? undefined : this.#assetOf.get(this.#hash('token', token).toString('base64'));
    return known && !inPath.some((asset) => asset.equals(known)) ? [...inPath, known] : inPath;
  }

  #remember({ token }: Governed, assets: Buffer[]): void {
    const [asset, ...others] = assets;
    if (token === undefined || !asset || others.some((other) => !other.equals(asset))) return;
    const key = this.#hash('token', token).toString('base64');
    this.#assetOf.delete(key);
    this.#assetOf.set(key, asset);
    const [oldest] = this.#assetOf.keys();
    if (this.#assetOf.size > tokensRemembered && oldest !== undefined) this.#assetOf.delete(oldest);
  }

  #hash = (kind: 'asset' | 'token', of: string) => usageHash(this.#key, kind, of);
}

export const nameOf = ({ asset, useCase }: Limited) => `${asset.toString('base64')} ${useCase}`;

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
