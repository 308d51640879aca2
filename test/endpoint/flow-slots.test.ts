// How many requests of one flow run at once.

import { describe, expect, it } from "vitest";
import { FlowSlots } from "../../src/endpoint/flow-slots.ts";
import { buildServer, submit } from "../helpers/build-server.ts";
import { drillWith, fallbackOf, open } from "./drill-with.ts";

/** Work that ends when it is told to. */
function piece(): {
  readonly work: () => Promise<string>;
  readonly finish: (text: string) => void;
  readonly isRunning: () => boolean;
} {
  const done = Promise.withResolvers<string>();
  let running = false;
  return {
    work: () => {
      running = true;
      return done.promise;
    },
    finish: done.resolve,
    isRunning: () => running,
  };
}

describe("the slots of a flow", () => {
  it("run as many at once as there are, and the next when one is done", async () => {
    const slots = new FlowSlots();
    const [a, b, c] = [piece(), piece(), piece()];
    const runs = [a, b, c].map(({ work }) => slots.run("drill", 2, work));

    expect([a.isRunning(), b.isRunning(), c.isRunning()]).toEqual([true, true, false]);
    a.finish("a");
    await runs[0];
    b.finish("b");
    c.finish("c");

    expect(await Promise.all(runs)).toEqual(["a", "b", "c"]);
  });

  it("are handed on in the order of asking", async () => {
    const slots = new FlowSlots();
    const order: string[] = [];
    const first = piece();
    const runs = [
      slots.run("drill", 1, first.work),
      ...["b", "c", "d"].map((name) => slots.run("drill", 1, async () => order.push(name))),
    ];

    first.finish("a");
    await Promise.all(runs);

    expect(order).toEqual(["b", "c", "d"]);
  });

  it("belong to one flow alone", async () => {
    const slots = new FlowSlots();
    const busy = piece();
    const run = slots.run("drill", 1, busy.work);

    expect(await slots.run("other", 1, async () => "other")).toBe("other");
    busy.finish("done");
    await run;
  });

  it("are free again after work that fails", async () => {
    const slots = new FlowSlots();
    await expect(slots.run("drill", 1, () => Promise.reject(new Error("no")))).rejects.toThrow(
      "no",
    );

    expect(await slots.run("drill", 1, async () => "next")).toBe("next");
  });

  it("are waited for only so long, and whoever gave up takes no slot", async () => {
    const slots = new FlowSlots(5);
    const busy = piece();
    const run = slots.run("drill", 1, busy.work);

    await expect(slots.run("drill", 1, async () => "late")).rejects.toMatchObject({
      code: "OVERLOADED",
    });
    busy.finish("done");
    await run;

    expect(await slots.run("drill", 1, async () => "next")).toBe("next");
  });
});

describe("a flow's concurrency", () => {
  it("makes requests wait for one another", async () => {
    let running = 0;
    let most = 0;
    const handler = drillWith(
      {
        init: async (reply) => {
          most = Math.max(most, (running += 1));
          await new Promise((resolve) => setImmediate(resolve));
          running -= 1;
          return reply.show("START");
        },
      },
      { concurrency: 2 },
    );
    await using server = await buildServer({ handlers: [handler] });
    const token = server.mint();

    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map(() => server.send(open(token))));

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    expect(most).toBe(2);
  });

  it("ends in the fallback, or 503, for those that cannot wait any longer", async () => {
    const done = Promise.withResolvers<unknown>();
    const started = Promise.withResolvers<unknown>();
    const handler = drillWith(
      {
        init: async (reply) => {
          started.resolve(null);
          await done.promise;
          return reply.show("START");
        },
      },
      { concurrency: 1 },
    );
    await using server = await buildServer({ handlers: [handler] });
    const token = server.mint();
    const first = server.send(open(token));
    await started.promise;

    const [soft, refused] = await Promise.all([
      server.send(submit(token, "show")),
      server.send(open(token)),
    ]);
    done.resolve(null);

    expect(soft.clear).toEqual(fallbackOf("START"));
    expect(refused).toMatchObject({ status: 503, body: "", headers: { "retry-after": "1" } });
    expect((await first).status).toBe(200);
  });
});
