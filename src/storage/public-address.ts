// Which IP addresses belong to the public Internet. A fetch whose URL a stranger chose may connect to
// nothing else, or it reaches what only this machine can reach.

import { BlockList, isIP } from "node:net";

/** Where unicast on the public Internet can be at all; the second is IPv4 written as IPv6. */
const UNICAST_IPV6 = [
  ["2000::", 3],
  ["::ffff:0:0", 96],
] as const;

/** @see IANA, "IPv4 Special-Purpose Address Registry" and "IPv4 Multicast Address Space Registry" */
const SPECIAL_IPV4 = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const;

/** @see IANA, "IPv6 Special-Purpose Address Registry"; those outside 2000::/3 need no entry */
const SPECIAL_IPV6 = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const;

const unicastIpv6 = new BlockList();
for (const [net, prefix] of UNICAST_IPV6) unicastIpv6.addSubnet(net, prefix, "ipv6");

const special = new BlockList();
for (const [net, prefix] of SPECIAL_IPV4) special.addSubnet(net, prefix, "ipv4");
for (const [net, prefix] of SPECIAL_IPV6) special.addSubnet(net, prefix, "ipv6");

/**
 * Whether an address is one that a public host can have.
 *
 * An IPv4 address written as IPv6 (`::ffff:10.0.0.1`) is judged as the IPv4 address. Addresses that
 * only carry an IPv4 address to a translator (NAT64, 6to4, Teredo) are not public: what they reach
 * depends on the local network.
 *
 * @param ip an IPv4 or IPv6 address; anything else is not public
 */
export function isPublicAddress(ip: string): boolean {
  switch (isIP(ip)) {
    case 4:
      return !special.check(ip, "ipv4");
    case 6:
      // A zone ("fe80::1%eth0") makes sense on this machine's links alone.
      return !ip.includes("%") && unicastIpv6.check(ip, "ipv6") && !special.check(ip, "ipv6");
    default:
      return false;
  }
}
