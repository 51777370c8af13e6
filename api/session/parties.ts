import { BlockList, isIP } from 'node:net';

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

export interface Party {
  kind: 'email' | 'address';
  who: string;
}

/** Against whom a wrong password counts: the e-mail address, and the network it came from where that says anything. */
export function parties(email: string, address: string): Party[] {
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
