// Files that a user picked, as a data_exchange brings them: described, still encrypted, on WhatsApp's CDN.

import { describe, expect, it } from "vitest";
import { buildServer } from "../helpers/build-server.ts";
import { drillWith } from "./drill-with.ts";

const PHOTO = {
  media_id: "790aba14-5f4a-4dbd-aa9e-0d75401da14b",
  cdn_url: "https://mmg.whatsapp.net/v/redacted",
  file_name: "IMG_5237.jpg",
  encryption_metadata: {
    encrypted_hash: "/QvkBvpBED2q1AnXDcgn9wKDR+jrKeDOCr1YQFeCLDk=",
    iv: "2SCVkWrtuP8TI9RI2Ap2Ug==",
    encryption_key: "T5Ip2cpBwHgpBUB5MkEzfAO2YYzfd4LWwTNNtVOWkA0=",
    hmac_key: "wqlX4cRX7XEpcyxe9Wb4ggJcG0+nMxB7yT6Bm5OPRJA=",
    plaintext_hash: "hq1GTmDoeDFDyB28DxBFXABgnOsPpQqt4m5dSGmNVQM=",
  },
};

async function pick(data: Readonly<Record<string, unknown>>, screen = "FILES") {
  const inputs: unknown[] = [];
  const handler = drillWith({
    files: (input, reply) => {
      inputs.push(input);
      return reply.finish({});
    },
    papers: (input, reply) => {
      inputs.push(input);
      return reply.finish({});
    },
  });
  await using server = await buildServer({ handlers: [handler] });
  const { status } = await server.send({
    action: "data_exchange",
    screen,
    data,
    flow_token: server.mint(),
  });
  return { status, inputs, log: server.log };
}

describe("picked files", () => {
  it("reach the handler as they were described", async () => {
    const { inputs: photos } = await pick({ photos: [PHOTO] });
    const { inputs: documents } = await pick({ documents: [PHOTO] }, "PAPERS");

    expect(photos).toEqual([{ photos: [PHOTO] }]);
    expect(documents).toEqual([{ documents: [PHOTO] }]);
  });

  it.each([undefined, null, "", []])("may be none where none are required: %j", async (none) => {
    const { inputs } = await pick({ documents: none }, "PAPERS");

    expect(inputs).toEqual([{ documents: undefined }]);
  });

  it.each([
    { what: "too few", data: { photos: [] } },
    { what: "too many", data: { photos: [PHOTO, PHOTO, PHOTO] } },
    { what: "no list", data: { photos: PHOTO } },
    {
      what: "not over https",
      data: { photos: [{ ...PHOTO, cdn_url: "http://mmg.whatsapp.net/v" }] },
    },
    { what: "from a local file", data: { photos: [{ ...PHOTO, cdn_url: "file:///etc/passwd" }] } },
    { what: "from no address", data: { photos: [{ ...PHOTO, cdn_url: "mmg.whatsapp.net" }] } },
    { what: "without their keys", data: { photos: [{ ...PHOTO, encryption_metadata: {} }] } },
    { what: "without an id", data: { photos: [{ ...PHOTO, media_id: "" }] } },
    { what: "text", data: { photos: ["CANARY"] } },
  ])("are refused when they are $what", async ({ data }) => {
    const { status, inputs, log } = await pick(data);

    // The screen needs no data, so its user sees it again.
    expect(status).toBe(200);
    expect(inputs).toEqual([]);
    expect(log).toMatchObject([{ fault: "INPUT_REFUSED", screen: "FILES" }]);
    expect(JSON.stringify(log)).not.toMatch(/CANARY|whatsapp\.net|passwd|IMG_/);
  });
});

describe("services.media", () => {
  it("fetches with the call's own signal, and its failure is the handler's", async () => {
    const fetched: unknown[] = [];
    const drill = drillWith({});
    const handler = {
      ...drill,
      create: async ({ media, ...services }: Parameters<typeof drill.create>[0]) =>
        Object.assign({}, await drill.create({ media, ...services }), {
          exchange: {
            START: () => undefined,
            DETAILS: () => undefined,
            PAPERS: () => undefined,
            SUMMARY: () => undefined,
            FILES: async (
              input: { readonly photos: readonly (typeof PHOTO)[] },
              _reply: unknown,
              call: { readonly signal: AbortSignal },
            ) => {
              for (const photo of input.photos) fetched.push(await media.fetch(photo, call.signal));
            },
          },
        }),
    };
    await using server = await buildServer({
      handlers: [handler],
      media: {
        fetch: (upload, signal) =>
          Promise.reject(new Error(`${upload.media_id} ${String(signal.aborted)}`)),
      },
    });

    const { status } = await server.send({
      action: "data_exchange",
      screen: "FILES",
      data: { photos: [PHOTO] },
      flow_token: server.mint(),
    });

    expect(status).toBe(200);
    expect(fetched).toEqual([]);
    expect(server.log).toMatchObject([{ fault: "HANDLER_FAILED" }]);
    expect(JSON.stringify(server.log)).not.toContain(PHOTO.media_id);
  });
});
