// A set of ids that forgets each one after a fixed time. Ids that came at about the same time share a slice, and a slice
// is forgotten whole, so that an entry costs its key and one place in a list, and forgetting costs no timer.

type Slice = { readonly startedMs: number; readonly ids: string[] };

const SLICES = 60;

export class KnownIds {
  /** Oldest first. */
  readonly #slices: Slice[] = [];
  readonly #ids = new Set<string>();
  readonly #elapsedMs: () => number;
  readonly #windowMs: number;
  readonly #maxIds: number;
  readonly #onForget: (id: string) => void;

  /**
   * @param options.windowMs  how long an id is known, at least; at most a thirtieth longer
   * @param options.onForget  told every id that is forgotten
   * @param options.maxIds    how many are known at most; default three million, which is what two cores can answer in
   *                          ten minutes, and about 300 MB
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
    this.#maxIds = options.maxIds ?? 3_000_000;
  }

  has(id: string): boolean {
    this.#forgetExpired();
    return this.#ids.has(id);
  }

  /** Whether there is no room for another id: none is ever forgotten before its time. */
  get isFull(): boolean {
    this.#forgetExpired();
    return this.#ids.size >= this.#maxIds;
  }

  add(id: string): void {
    this.#forgetExpired();
    if (this.#ids.has(id)) return;
    this.#ids.add(id);
    this.#currentSlice().ids.push(id);
  }

  get size(): number {
    return this.#ids.size;
  }

  #currentSlice(): Slice {
    const nowMs = this.#elapsedMs();
    const last = this.#slices.at(-1);
    if (last !== undefined && nowMs - last.startedMs < this.#windowMs / SLICES) return last;
    const slice = { startedMs: nowMs, ids: [] };
    this.#slices.push(slice);
    return slice;
  }

  #forgetExpired(): void {
    const expiry = this.#elapsedMs() - this.#windowMs * (1 + 1 / SLICES);
    for (let oldest = this.#slices[0]; oldest !== undefined; oldest = this.#slices[0]) {
      if (oldest.startedMs > expiry) return;
      this.#slices.shift();
      for (const id of oldest.ids) {
        this.#ids.delete(id);
        this.#onForget(id);
      }
    }
  }
}
