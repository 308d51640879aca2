// A set of ids that forgets each one after a fixed time. Ids are kept in the order of their arrival and counted by
// slices of time, so that an entry costs its key and nothing else, and forgetting costs no timer.

type Slice = { readonly startedMs: number; count: number };

export class KnownIds {
  readonly #ids = new Set<string>();
  readonly #slices: Slice[] = [];
  readonly #elapsedMs: () => number;
  readonly #windowMs: number;
  readonly #maxIds: number;
  readonly #onForget: (id: string) => void;

  /**
   * @param options.windowMs  how long an id is known, at least; at most a thirtieth longer
   * @param options.onForget  told every id that is forgotten
   * @param options.maxIds    beyond it the oldest are forgotten early; the default, a million, is more than one
   *                          instance can answer in ten minutes
   */
  constructor(options: {
    readonly elapsedMs: () => number;
    readonly windowMs: number;
    readonly onForget: (id: string) => void;
    readonly maxIds?: number;
  }) {
    this.#elapsedMs = options.elapsedMs;
    this.#windowMs = options.windowMs;
    this.#onForget = options.onForget;
    this.#maxIds = options.maxIds ?? 1_000_000;
  }

  has(id: string): boolean {
    this.#forgetExpired();
    return this.#ids.has(id);
  }

  add(id: string): void {
    this.#forgetExpired();
    const nowMs = this.#elapsedMs();
    const last = this.#slices.at(-1);
    if (last !== undefined && nowMs - last.startedMs < this.#windowMs / 60) last.count++;
    else this.#slices.push({ startedMs: nowMs, count: 1 });
    this.#ids.add(id);
    if (this.#ids.size > this.#maxIds) this.#forgetOldest(1);
  }

  get size(): number {
    return this.#ids.size;
  }

  #forgetExpired(): void {
    const expiry = this.#elapsedMs() - this.#windowMs * (1 + 1 / 60);
    for (let oldest = this.#slices[0]; oldest !== undefined; oldest = this.#slices[0]) {
      if (oldest.startedMs > expiry) return;
      this.#forgetOldest(oldest.count);
    }
  }

  #forgetOldest(count: number): void {
    let left = count;
    for (const id of this.#ids) {
      if (left-- === 0) break;
      this.#ids.delete(id);
      this.#onForget(id);
    }
    const oldest = this.#slices[0];
    if (oldest === undefined) return;
    oldest.count -= count;
    if (oldest.count <= 0) this.#slices.shift();
  }
}
