import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type JsonObject, isJsonArray, isJsonObject } from "../../src/flow-json/json-value.ts";
import type { TestFlow } from "../../src/harness/index.ts";
import { filledIn, openGarage } from "./garage.ts";

const DENT = { name: "dent.jpg", type: "image/jpeg", bytes: Buffer.from("a dent") };
const RUST = { name: "rust.jpg", bytes: Buffer.from("some rust") };

let flow: TestFlow;
beforeAll(async () => {
  flow = await openGarage();
});
afterAll(() => flow.close());

/** What the phone would send of the one file that is picked. */
async function describedUpload(): Promise<JsonObject> {
  const phone = await filledIn(flow);
  await phone.pickFiles("photos", DENT);
  const photos = phone.value("photos");
  const upload = isJsonArray(photos) ? photos[0] : undefined;
  if (!isJsonObject(upload)) throw new Error("nothing is picked");
  return upload;
}

async function send(upload: JsonObject) {
  const phone = await flow.phone();
  return phone.exchange("REPORT", { full_name: "Ada", part: "door", photos: [upload] });
}

describe("files that a phone picks", () => {
  it("are fetched by the handler as the user chose them", async () => {
    const phone = await filledIn(flow);
    await phone.pickFiles("photos", DENT, RUST);

    await phone.press("Send");

    expect(phone.data["summary"]).toMatch(/^report \d+: a dent,some rust$/);
  });

  it("arrive with the completion as Meta describes them there", async () => {
    const phone = await filledIn(flow);
    await phone.pickFiles("photos", DENT, RUST);
    await phone.press("Send");
    await phone.press("Close");

    const described = ({ name, bytes }: typeof RUST, mimeType: string) => ({
      id: expect.any(String),
      file_name: name,
      mime_type: mimeType,
      sha256: createHash("sha256").update(bytes).digest("base64"),
    });
    expect(phone.params).toEqual({
      name: "Ada",
      photos: [described(DENT, "image/jpeg"), described(RUST, "application/octet-stream")],
    });
    const before = flow.log.length;
    await phone.deliver();
    expect(flow.log.slice(before)).toMatchObject([
      { fields: { kind: "readable", files: "a dent,some rust" } },
    ]);
  });

  it("are as many as the picker takes", async () => {
    const phone = await filledIn(flow);
    await phone.pickFiles("photos", DENT, RUST, DENT);

    expect(phone.component("photos").problem).toBe("too-many");
  });

  it("are held to their description", async () => {
    const upload = await describedUpload();
    const metadata = upload["encryption_metadata"];
    if (!isJsonObject(metadata)) throw new Error("it is not encrypted");
    const other = Buffer.alloc(32).toString("base64");
    const encryptedWith = (change: JsonObject): JsonObject => ({
      ...upload,
      encryption_metadata: { ...metadata, ...change },
    });
    const tampered: readonly (readonly [JsonObject, string])[] = [
      [{ ...upload, cdn_url: "https://example.com/file" }, "BAD_URL"],
      [{ ...upload, cdn_url: "https://mmg.whatsapp.net/other" }, "FETCH_FAILED"],
      [encryptedWith({ encrypted_hash: other }), "FILE_HASH_MISMATCH"],
      [encryptedWith({ hmac_key: other }), "UNDECRYPTABLE"],
      [encryptedWith({ plaintext_hash: other }), "PLAINTEXT_HASH_MISMATCH"],
    ];

    for (const [changed, code] of tampered) {
      await expect(send(changed)).rejects.toMatchObject({
        code: "HANDLER_FAILED",
        cause: expect.objectContaining({ name: "MediaError", code }),
      });
    }
    expect(await send(upload)).toMatchObject({ kind: "screen", screen: "DONE" });
  });
});
