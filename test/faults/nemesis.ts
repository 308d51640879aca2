// Chooses faults and commits them. Kills come in hands of ten, so that even a short run has every kind: half of them hit
// an instance at a statement where a promise hangs by a thread, each of these in its turn, the others at any moment, or
// Postgres itself. Between two kills, something lesser.

import { setTimeout as delay } from "node:timers/promises";
import type { Crash } from "../helpers/postgres.ts";
import type { Side } from "../helpers/postgres-proxy.ts";
import type { Random } from "./random.ts";
import type { Node, Stage } from "./stage.ts";

/** Statements around which an instance may die, as they are on the wire. */
export const STATEMENTS = {
  insertCompletions: 'insert into "flowpoint_server"."completions"',
  commit: "commit",
  rememberEffect: 'insert into "flowpoint_server"."once_results"',
  recordCompletion: "attempts + 1",
  recordForwarded: '"forwarded_at" = now()',
  deleteJob: "DELETE FROM flowpoint_jobs.job",
} as const;

const AIMS: readonly { readonly text: string; readonly side: Side }[] = Object.values(
  STATEMENTS,
).flatMap((text) => (["question", "answer"] as const).map((side) => ({ text, side })));

const KILLS = [
  ...Array<"aimed">(5).fill("aimed"),
  ...Array<"random">(2).fill("random"),
  "postmaster",
  "all",
  "immediate",
] as const;
const LESSER = ["freeze", "freeze", "reset", "stall", "black-hole"] as const;

export type Fault = (typeof KILLS)[number] | (typeof LESSER)[number] | "zombie";

/** An instance that is out for longer than the others wait before they take its jobs over. */
const ZOMBIE_MS = 32_000;
const KILLS_PER_ZOMBIE = 25;

/** Longest wait for a statement to come by. */
const AIM_MS = 1_000;

export class Nemesis {
  readonly counts = new Map<Fault, number>();
  /** Processes killed so far, a Postgres counting as one. */
  kills = 0;
  readonly #stage: Stage;
  readonly #random: Random;
  #aims: (typeof AIMS)[number][] = [];
  /** Nodes that something is being done to. */
  readonly #busy = new Set<Node>();
  readonly #pending = new Set<Promise<void>>();

  constructor(stage: Stage, random: Random) {
    this.#stage = stage;
    this.#random = random;
  }

  /** Commits faults until `kills` processes were killed or the signal aborts, and mends everything. */
  async rage(kills: number, signal: AbortSignal, onKill: () => void): Promise<void> {
    let hand: Fault[] = [];
    while (this.kills < kills && !signal.aborted) {
      if (hand.length === 0) hand = this.#random.shuffle(KILLS);
      await this.#strike(hand.pop() ?? "random");
      onKill();
      await delay(this.#random.between(50, 500));
      if (this.kills % KILLS_PER_ZOMBIE === 1) await this.#strike("zombie");
      await this.#strike(this.#random.pick(LESSER));
      await delay(this.#random.between(50, 500));
    }
    await Promise.all(this.#pending);
  }

  async #strike(fault: Fault): Promise<void> {
    switch (fault) {
      case "aimed":
      case "random":
        return this.#kill(fault);
      case "postmaster":
      case "all":
      case "immediate":
        return this.#crashPostgres(fault);
      case "freeze":
        return this.#freeze(fault, this.#random.between(100, 3_000));
      case "zombie":
        return this.#freeze(fault, ZOMBIE_MS);
      case "reset":
        return this.#disturb(fault, 0, ({ proxy }) => proxy.reset());
      case "stall":
        return this.#disturb(fault, this.#random.between(100, 2_500), ({ proxy }) => proxy.stall());
      case "black-hole":
        return this.#disturb(fault, this.#random.between(100, 2_500), ({ proxy }) =>
          proxy.swallow(),
        );
    }
  }

  async #kill(fault: "aimed" | "random"): Promise<void> {
    const node = await this.#takeNode();
    if (fault === "aimed") await this.#aim(node);
    else await delay(this.#random.between(0, 300));
    await node.instance.kill();
    this.kills++;
    this.#count(fault);
    this.#letGo(node, node.instance.start());
  }

  /** Until the next statement of the list comes by; where it does not in time, the kill hits whatever is going on. */
  async #aim({ proxy }: Node): Promise<void> {
    if (this.#aims.length === 0) this.#aims = this.#random.shuffle(AIMS);
    const aim = this.#aims.pop();
    if (aim === undefined) return;
    await proxy.holdAt(aim.text, aim.side, AbortSignal.timeout(AIM_MS)).catch(() => {});
  }

  async #crashPostgres(how: Crash): Promise<void> {
    await this.#stage.postgres.crash(how);
    this.kills++;
    this.#count(how);
    await delay(this.#random.between(0, 1_500));
    await this.#stage.postgres.restart();
  }

  async #freeze(fault: "freeze" | "zombie", forMs: number): Promise<void> {
    // One of the two has to be there for the other's work.
    while (this.#busy.size > 0) {
      if (fault === "freeze") return;
      await delay(10);
    }
    const node = await this.#takeNode();
    node.instance.freeze();
    this.#count(fault);
    this.#letGo(
      node,
      delay(forMs).then(() => node.instance.thaw()),
    );
  }

  async #disturb(fault: Fault, forMs: number, disturb: (node: Node) => void): Promise<void> {
    const node = await this.#takeNode();
    disturb(node);
    this.#count(fault);
    this.#letGo(
      node,
      delay(forMs).then(() => node.proxy.heal()),
    );
  }

  /** One that nothing is being done to, as soon as there is one. */
  async #takeNode(): Promise<Node> {
    for (;;) {
      const node = this.#random.pick(this.#stage.nodes);
      if (!this.#busy.has(node)) {
        this.#busy.add(node);
        return node;
      }
      await delay(10);
    }
  }

  #letGo(node: Node, mended: Promise<void>): void {
    const pending = mended.finally(() => {
      this.#busy.delete(node);
      this.#pending.delete(pending);
    });
    this.#pending.add(pending);
  }

  #count(fault: Fault): void {
    this.counts.set(fault, (this.counts.get(fault) ?? 0) + 1);
  }
}
