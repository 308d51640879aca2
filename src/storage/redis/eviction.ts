// Whether a Redis forgets keys before their time. An answer that is forgotten would be given anew, with other bytes.

/** @param info  the section "memory" of INFO */
export function evictsKeys(info: string): boolean {
  const policy = /^maxmemory_policy:([\w-]+)/m.exec(info)?.[1] ?? "noeviction";
  const limit = /^maxmemory:(\d+)/m.exec(info)?.[1] ?? "0";
  // Without a limit there is nothing to make room for.
  return policy !== "noeviction" && limit !== "0";
}
