// Which host names mean this machine.

/** @param hostname  as `URL` spells it: IPv6 in brackets, IPv4 as four numbers */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
