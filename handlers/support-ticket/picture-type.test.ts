import { describe, expect, it } from "vitest";
import { pictureTypeOf } from "./picture-type.ts";

const of = (text: string) => pictureTypeOf(Buffer.from(text, "latin1"));

describe("pictureTypeOf", () => {
  it.each([
    ["\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"],
    ["\x89PNG\r\n\x1a\n\x00", "image/png"],
    ["RIFF\x24\x00\x00\x00WEBPVP8 ", "image/webp"],
    ["\x00\x00\x00\x18ftypheic\x00\x00", "image/heic"],
    ["\x00\x00\x00\x18ftypmif1\x00\x00", "image/heic"],
  ])("knows %j", (text, type) => {
    expect(of(text)).toBe(type);
  });

  it.each([
    "",
    "\xff\xd8",
    "%PDF-1.7",
    "<svg xmlns=",
    "GIF89a",
    "RIFF\x24\x00\x00\x00WAVEfmt ",
    "\x00\x00\x00\x18ftypisom\x00\x00",
    "PK\x03\x04",
  ])("takes %j for no photo", (text) => {
    expect(of(text)).toBeNull();
  });
});
