import { BlockList, isIP } from 'node:net';

const WINDOW_MS = 15 * 60_000;
const REMEMBERED_MAX = 10_000;

interface Failures {
  count: number;
  untilMs: number;
}

/** Addresses that say nothing of the caller: behind a proxy every caller has the proxy's. */
const shared = new BlockList();
for (const [net, prefix] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
] as const)
  shared.addSubnet(net, prefix);
shared.addSubnet('fc00::', 7, 'ipv6');
shared.addSubnet('fe80::', 10, 'ipv6');
shared.addAddress('::1', 'ipv6');

/** Counts failed logins for each e-mail and each public network, in this process; a few wrong guesses cost nothing, many cost waiting. */
export class LoginThrottle {
  readonly #failures = new Map<string, Failures>();
  readonly #perEmail: number;
  readonly #perAddress: number;

  constructor({ perEmail = 10, perAddress = 50 } = {}) {
    this.#perEmail = perEmail;
    this.#perAddress = perAddress;
  }

  /** How long to wait before another attempt is looked at; 0 when it may be made now. */
  waitMs(email: string, address: string, nowMs = Date.now()): number {
    const limits = { email: this.#perEmail, address: this.#perAddress };
    return Math.max(...parties(email, address).map(({ who, kind }) => this.#wait(who, limits[kind], nowMs)));
  }

  failed(email: string, address: string, nowMs = Date.now()): void {
    for (const { who } of parties(email, address)) {
      const known = this.#failures.get(who);
      const count = known && known.untilMs > nowMs ? known.count + 1 : 1;
      this.#failures.delete(who);
      this.#failures.set(who, { count, untilMs: nowMs + WINDOW_MS });
    }
    this.#forgetOldest();
  }

  succeeded(email: string, address: string): void {
    this.takeBack(email, address);
    this.#failures.delete(`email ${email}`);
  }

  /** It was no failure after all. */
  takeBack(email: string, address: string): void {
    for (const { who } of parties(email, address)) {
      const known = this.#failures.get(who);
      if (known) known.count -= 1;
    }
  }

  #wait(who: string, limit: number, nowMs: number): number {
    const known = this.#failures.get(who);
    return known && known.count >= limit ? Math.max(0, known.untilMs - nowMs) : 0;
  }

  #forgetOldest(): void {
    for (const who of this.#failures.keys()) {
      if (this.#failures.size <= REMEMBERED_MAX) return;
      this.#failures.delete(who);
    }
  }
}

function parties(email: string, address: string): { kind: 'email' | 'address'; who: string }[] {
  const byEmail = { kind: 'email', who: `email ${email}` } as const;
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '');
  return isShared(plain) ? [byEmail] : [byEmail, { kind: 'address', who: `address ${networkOf(plain)}` }];
}

const isShared = (address: string) =>
  isIP(address) === 0 || shared.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** Whoever has one IPv6 address has all of its /64. */
function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [left = [], right = []] = address.split('::').map((half) => half.split(':').filter(Boolean));
  const zeros = Array<string>(8 - left.length - right.length).fill('0');
  return [...left, ...zeros, ...right].slice(0, 4).join(':');
}
