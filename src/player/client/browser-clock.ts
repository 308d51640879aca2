// The only place of the page that asks the browser for the time.

/** Unix time. */
export function nowMs(): number {
  return Date.now();
}

/** Today where the user is, as `YYYY-MM-DD`. */
export function today(): string {
  const now = new Date();
  const parts = [now.getFullYear(), now.getMonth() + 1, now.getDate()];
  return parts.map((part) => String(part).padStart(2, "0")).join("-");
}
