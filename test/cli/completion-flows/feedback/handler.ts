// A flow whose completions each write one row, and fail while a file exists that the test names: the system that they
// would be passed on to is away for so long.

import { existsSync } from "node:fs";
import { implement } from "flowpoint";
import { z } from "zod";
import { flow } from "./contract.gen.ts";

// oxlint-disable-next-line import/no-default-export -- what loads a handler asks for it
export default implement(flow, { completion: z.object({ line: z.string() }) }, ({ env }) => {
  const whileThere = env["FEEDBACK_FAILS_WHILE"] ?? "";
  return {
    init: (reply) => reply.show("FORM"),
    exchange: {
      FORM: (input, reply) => reply.finish({ line: input.line }),
    },
    async completed(completion, call) {
      const line = completion.kind === "readable" ? completion.response.line : completion.text;
      await call.once("write", (trx) =>
        trx.insertInto("lines").values({ line }).returning("line").executeTakeFirstOrThrow(),
      );
      if (line === "fails" && existsSync(whileThere)) throw new Error("the other system is away");
    },
    async erase(user, trx) {
      await trx.deleteFrom("lines").where("line", "like", `%${user}%`).execute();
    },
  };
});
