import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFetchMedia } from "../../src/completions/fetch-media.ts";
import type { MediaSource, MediaStore } from "../../src/completions/ports.ts";
import { sweepMedia } from "../../src/completions/sweep-media.ts";
import { MediaError } from "../../src/protocol/media-error.ts";
import { createMediaFolder } from "../../src/storage/media-store.ts";
import { makeTemporaryFolder } from "../helpers/spawn-server.ts";

const ATTEMPT = { signal: new AbortController().signal, isLast: false };
const PHOTO = Buffer.from("the bytes of a photo");
const MIB = 1024 * 1024;

let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
let store: MediaStore;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
  store = createMediaFolder(`${folder.path}/media`);
});
afterAll(() => folder.remove());

function read(id: string, name: string): Promise<string> {
  return readFile(`${folder.path}/media/${id}/${name}`, "utf8");
}

let completions = 0;
function newId(): string {
  completions += 1;
  return `00000000-0000-4000-8000-${String(completions).padStart(12, "0")}`;
}

function fileOf(id: string, bytes: Buffer = PHOTO, encoding: "hex" | "base64" = "base64") {
  const sha256 = createHash("sha256").update(bytes).digest(encoding);
  return { id, file_name: "../../etc/passwd", mime_type: "image/jpeg", sha256 };
}

/** Gives each id its bytes, and counts what it was asked. */
function createSource(files: Readonly<Record<string, Buffer | Error>>): MediaSource & {
  readonly asked: readonly string[];
} {
  const asked: string[] = [];
  return {
    asked,
    open: async (id) => {
      asked.push(id);
      const found = files[id];
      if (found === undefined || found instanceof Error) throw found ?? new Error("no such file");
      return (async function* () {
        yield found.subarray(0, 5);
        yield found.subarray(5);
      })();
    },
  };
}

function createFetch(source: MediaSource): {
  readonly fetchMedia: ReturnType<typeof createFetchMedia>;
  readonly warnings: readonly unknown[];
} {
  const warnings: unknown[] = [];
  const log = {
    debug() {},
    info() {},
    warn: (fields: unknown) => void warnings.push(fields),
    error() {},
  };
  return { fetchMedia: createFetchMedia({ source, store, log }), warnings };
}

function answersOf(response: Readonly<Record<string, unknown>>) {
  return { text: JSON.stringify(response), response };
}

describe("the files of a completion", () => {
  it("are stored under names that are not the user's", async () => {
    const source = createSource({ a: PHOTO, b: Buffer.from("a document") });
    const { fetchMedia } = createFetch(source);
    const id = newId();
    const answers = answersOf({
      photos: [fileOf("a")],
      name: "Ana",
      documents: [fileOf("b", Buffer.from("a document"), "hex")],
    });

    await fetchMedia({ id, attempts: 0 }, answers, ATTEMPT);

    expect(await read(id, "0")).toBe("the bytes of a photo");
    expect(await read(id, "1")).toBe("a document");
    expect(await readdir(`${folder.path}/media/${id}`)).toEqual(["0", "1"]);
  });

  it("are fetched once, however often the job runs", async () => {
    const source = createSource({ a: PHOTO, b: new Error("Meta is away") });
    const { fetchMedia } = createFetch(source);
    const id = newId();
    const answers = answersOf({ photos: [fileOf("a"), fileOf("b")] });

    await expect(fetchMedia({ id, attempts: 0 }, answers, ATTEMPT)).rejects.toThrow("away");
    await expect(fetchMedia({ id, attempts: 1 }, answers, ATTEMPT)).rejects.toThrow("away");

    expect(source.asked).toEqual(["a", "b", "b"]);
  });

  it("do not hold up a completion for ever", async () => {
    const { fetchMedia, warnings } = createFetch(createSource({ a: new Error("away"), b: PHOTO }));
    const id = newId();

    await fetchMedia(
      { id, attempts: 7 },
      answersOf({ photos: [fileOf("a"), fileOf("b")] }),
      ATTEMPT,
    );

    expect(warnings).toMatchObject([{ completion: id, place: 0 }]);
    expect([await store.sizeOf(id, "0"), await store.sizeOf(id, "1")]).toEqual([
      null,
      PHOTO.length,
    ]);
  });

  it.each([
    { name: "is not the one described", bytes: Buffer.from("another photo"), error: null },
    {
      name: "is at an address that is not Meta's",
      bytes: null,
      error: new MediaError("BAD_URL", "not Meta's"),
    },
  ])("are not asked for again when one $name", async ({ bytes, error }) => {
    const { fetchMedia, warnings } = createFetch(createSource({ a: bytes ?? error }));
    const id = newId();

    await fetchMedia({ id, attempts: 0 }, answersOf({ photos: [fileOf("a")] }), ATTEMPT);

    expect(warnings).toHaveLength(1);
    expect(await readdir(`${folder.path}/media/${id}`).catch(() => [])).toEqual([]);
  });

  it("are at most 100 MiB together", async () => {
    const large = Buffer.alloc(60 * MIB);
    const small = Buffer.alloc(30 * MIB);
    const { fetchMedia, warnings } = createFetch(createSource({ a: large, b: large, c: small }));
    const id = newId();
    const photos = [fileOf("a", large), fileOf("b", large), fileOf("c", small)];

    await fetchMedia({ id, attempts: 0 }, answersOf({ photos }), ATTEMPT);

    expect(warnings).toMatchObject([{ place: 1, err: { code: "TOO_LARGE" } }]);
    expect((await readdir(`${folder.path}/media/${id}`)).toSorted()).toEqual(["0", "2"]);
    await store.remove(id);
  });

  it("leave nothing behind where they fail at once", async () => {
    const id = newId();
    const failing = Array.from({ length: 50 }, async (_, place) =>
      store.write(id, String(place), failAtOnce()),
    );
    const outcomes = await Promise.allSettled(failing);

    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(["rejected"]));
    expect(await readdir(`${folder.path}/media/${id}`)).toEqual([]);
    await store.remove(id);
  });

  it("are at most ten", async () => {
    const ids = Array.from({ length: 12 }, (_, i) => `file-${i}`);
    const source = createSource(Object.fromEntries(ids.map((id) => [id, PHOTO])));
    const { fetchMedia } = createFetch(source);

    await fetchMedia(
      { id: newId(), attempts: 0 },
      answersOf({ photos: ids.map((id) => fileOf(id)) }),
      ATTEMPT,
    );

    expect(source.asked).toHaveLength(10);
  });

  it.each([
    { name: "other lists", response: { choices: ["a", "b"], empty: [] } },
    { name: "ids that would be paths", response: { photos: [fileOf("../../me")] } },
    { name: "files without a hash", response: { photos: [{ ...fileOf("a"), sha256: undefined }] } },
  ])("are not $name", async ({ response }) => {
    const source = createSource({});
    const { fetchMedia } = createFetch(source);

    await fetchMedia({ id: newId(), attempts: 0 }, answersOf(response), ATTEMPT);

    expect(source.asked).toEqual([]);
  });
});

describe("a sweep", () => {
  it("deletes files of completions that are there no more, and nothing else", async () => {
    const { fetchMedia } = createFetch(createSource({ a: PHOTO }));
    const [kept, gone] = [newId(), newId()];
    for (const id of [kept, gone]) {
      await fetchMedia({ id, attempts: 0 }, answersOf({ photos: [fileOf("a")] }), ATTEMPT);
    }

    await sweepMedia(store, async (ids) => new Set(ids.filter((id) => id !== gone)));

    expect(await store.sizeOf(kept, "0")).toBe(PHOTO.length);
    expect(await store.list()).not.toContain(gone);
  });

  it("finds nothing where no file ever came", async () => {
    const empty = createMediaFolder(`${folder.path}/never`);

    expect(await empty.list()).toEqual([]);
  });
});

function failAtOnce(): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error("no file")) }) };
}
