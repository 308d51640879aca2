// A flow that does what its first field says: the well-behaved answers, and every kind of misbehaviour that a handler
// can come up with. What it saw is told in the answer, so that it can be asked from outside the process.

import { type Call, implement, type Outcome, type Reply, type ScreenInput } from "flowpoint";
import { z } from "zod";
import { flow } from "./contract.gen.ts";

type StartReply = Reply<typeof flow, "START", { line: string }>;
type NextInput = Extract<ScreenInput<typeof flow, "START">, { trigger: "next" }>;
type Details = { title: string; count: number; bag: Record<string, unknown> };

/** Over the 1 MB that the data channel carries. */
const HUGE = "h".repeat(2_000_000);

const cyclic: Record<string, unknown> = {};
cyclic["itself"] = cyclic;

const deep = Array.from({ length: 20_000 }).reduce<Record<string, unknown>>(
  (inner) => ({ inner }),
  {},
);

/** What untyped code might return. The casts are the point: none of these is an outcome. */
const NONSENSE: Readonly<Record<string, (reply: StartReply) => Outcome>> = {
  undefined: () => undefined as never,
  null: () => null as never,
  function: () => (() => {}) as never,
  number: () => 42 as never,
  "plain-object": () => ({ screen: "DETAILS", data: {} }) as never,
  "unknown-screen": (reply) => reply.show("NOWHERE" as never, details("x") as never),
  "inherited-screen": (reply) => reply.show("toString" as never, details("x") as never),
  "no-route": (reply) => reply.show("SUMMARY" as never, { line: "x" } as never),
  "empty-screen": (reply) => reply.show("" as never, details("x") as never),
  "null-data": (reply) => reply.show("DETAILS", null as never),
  "null-in-data": (reply) => reply.show("DETAILS", { ...details("x"), title: null as never }),
  "missing-data": (reply) => reply.show("DETAILS", { title: "x" } as never),
  bigint: (reply) => reply.show("DETAILS", details("x", { big: 10n })),
  cyclic: (reply) => reply.show("DETAILS", details("x", cyclic)),
  deep: (reply) => reply.show("DETAILS", details("x", deep)),
  huge: (reply) => reply.show("DETAILS", details(HUGE)),
  "error-message-in-data": (reply) =>
    reply.show("DETAILS", { ...details("x"), error_message: 42 } as never),
};

// oxlint-disable-next-line import/no-default-export -- what loads a handler asks for it
export default implement(flow, { completion: z.object({ line: z.string() }) }, ({ db }) => {
  let runs = 0;
  let aborted = 0;

  async function start(input: NextInput, reply: StartReply, call: Call): Promise<Outcome> {
    const note = input.note ?? "";
    switch (input.behave) {
      case "show":
        return reply.show("DETAILS", details(note, {}, runs));
      case "reject":
        return reply.reject(note || "Not like this.");
      case "reject-with-number":
        return reply.reject(42 as never);
      case "finish":
        return reply.finish({ line: note });
      case "expire":
        return reply.expire("That was the last one.");
      case "once": {
        const effect = await call.once("effect", (trx) =>
          trx.insertInto("effects").values({ note }).returning("id").executeTakeFirstOrThrow(),
        );
        return reply.show("DETAILS", details(JSON.stringify(effect), {}, runs));
      }
      case "effects": {
        const effects = await db
          .selectFrom("effects")
          .select("id")
          .where("note", "=", note)
          .execute();
        return reply.show("DETAILS", details(note, {}, effects.length));
      }
      case "saw":
        return reply.show("DETAILS", details("saw", { runs, aborted, polluted: pollution() }));
      case "throw":
        throw new Error(`thrown over ${note}\n    at ${note}`);
      case "throw-text":
        // oxlint-disable-next-line typescript/only-throw-error -- untyped code does
        throw note;
      case "float":
        void Promise.reject(new Error(note));
        return reply.show("DETAILS", details("float"));
      case "throw-later":
        setTimeout(() => {
          throw new Error(note);
        }, 0);
        return reply.show("DETAILS", details("throw-later"));
      case "hang":
        call.signal.addEventListener("abort", () => (aborted += 1));
        call.log.info({}, "hanging");
        return new Promise<never>(() => {});
      case "block":
        await Promise.resolve();
        for (const until = performance.now() + 700; performance.now() < until;);
        return reply.show("DETAILS", details("block"));
      case "late":
        await new Promise((resolve) => call.signal.addEventListener("abort", resolve));
        return reply.show("DETAILS", details("late"));
      default: {
        const misbehave = NONSENSE[input.behave];
        return misbehave === undefined ? reply.reject("No such behaviour.") : misbehave(reply);
      }
    }
  }

  return {
    init: (reply, call) => {
      runs += 1;
      if (call.claims["init"] === "throw") throw new Error("thrown on INIT");
      return reply.show("START");
    },
    exchange: {
      START: (input, reply, call) => {
        runs += 1;
        return input.trigger === "size"
          ? reply.show("DETAILS", details(input.size))
          : start(input, reply, call);
      },
      DETAILS: (input, reply) => {
        runs += 1;
        if (input.title === "throw") throw new Error("thrown on DETAILS");
        return reply.show("SUMMARY", { line: `${input.title} ${input.count}` });
      },
      FILES: (input, reply) => {
        runs += 1;
        return reply.finish({ line: input.photos.map((file) => file.file_name).join() });
      },
      PAPERS: (input, reply) => {
        runs += 1;
        const names = (input.documents ?? []).map((file) => file.file_name);
        return reply.finish({ line: names.join() });
      },
      SUMMARY: (_input, reply) => {
        runs += 1;
        return reply.finish({ line: "agreed" });
      },
    },
    back: {
      DETAILS: (reply) => {
        runs += 1;
        return reply.show("START");
      },
    },
  };
});

function details(title: string, bag: Record<string, unknown> = {}, count = 0): Details {
  return { title, count, bag };
}

/** Keys that an ordinary object has although nobody gave it any. */
function pollution(): readonly string[] {
  const found: string[] = [];
  for (const key in {}) found.push(key);
  return found;
}
