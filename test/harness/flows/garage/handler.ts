// A small business for the tests of the harness: a list to press on, every kind of input that the harness acts on,
// photos that are fetched, a table of its own.

import { implement, type MediaUpload } from "flowpoint";
import { flow } from "./contract.gen.ts";

const options = {
  tokenSignature: "enforce",
  messages: { expired: "This message is too old." },
} as const;

// oxlint-disable-next-line import/no-default-export -- what loads a handler asks for it
export default implement(flow, options, ({ db, clock, log, media, env }) => {
  async function report(name: unknown, nameError = "") {
    const parts = await db.selectFrom("parts").selectAll().orderBy("title").execute();
    return {
      greeting: `Hello ${typeof name === "string" ? name : "stranger"}, this is ${env["GARAGE"]}`,
      first_day: clock.now().toISOString().slice(0, 10),
      parts: parts.map((part) => ({
        id: String(part["id"]),
        title: String(part["title"]),
        enabled: part["stock"] > 0,
      })),
      name_error: nameError,
    };
  }

  async function describe(photos: readonly MediaUpload[], signal: AbortSignal): Promise<string> {
    const files = await Promise.all(photos.map((photo) => media.fetch(photo, signal)));
    return files.map((file) => file.toString()).join();
  }

  return {
    init: (reply) => reply.show("MENU"),
    exchange: {
      MENU: async (_input, reply, call) => reply.show("REPORT", await report(call.claims["name"])),
      async REPORT(input, reply, call) {
        switch (input.full_name) {
          case "Nobody":
            return reply.show("REPORT", await report("again", "Your own name, please"));
          case "Bore":
            return reply.reject("We are closed.", await report("again"));
          case "Banned":
            return reply.expire("You have been here before.");
          default:
            break;
        }
        const counted = await call.once("report", async (trx) => {
          const { id } = await trx
            .insertInto("reports")
            .values({ name: input.full_name })
            .returning("id")
            .executeTakeFirstOrThrow();
          return { id };
        });
        const photos = await describe(input.photos ?? [], call.signal);
        return reply.show("DONE", { summary: `report ${counted?.id}: ${photos}` });
      },
    },
    back: { REPORT: (reply) => reply.show("MENU") },
    async completed(completion, call) {
      const text =
        completion.kind === "readable" ? JSON.stringify(completion.response) : completion.text;
      const files = await Promise.all(call.media.map((file) => file.open().toArray()));
      call.log.info({ kind: completion.kind, files: files.join() }, "completed");
      await db.insertInto("attempts").values({ user_name: call.user }).execute();
      await call.once("thanks", async (trx) => {
        await trx.insertInto("thanks").values({ user_name: call.user, answers: text }).execute();
        return true;
      });
      if (text.includes("fails")) throw new Error("the printer is out of paper");
    },
    async erase(user, trx) {
      await trx.deleteFrom("thanks").where("user_name", "=", user).execute();
    },
    close() {
      log.info({}, "closed");
    },
  };
});
