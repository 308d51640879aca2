import { describe, expect, it } from "vitest";
import { z } from "zod";
import { readAnswers } from "../../src/completions/answers.ts";
import { readCompletion } from "../../src/completions/completion-schema.ts";
import { createStaticFlow } from "./processing-database.ts";

function messageWith(response_json: unknown): string {
  return JSON.stringify({ interactive: { nfm_reply: { response_json } } });
}

describe("the answers in a message", () => {
  it("are the object that the device wrote as text", () => {
    const answers = readAnswers(messageWith('{"size":"XL","flow_token":"abc"}'));

    expect(answers).toEqual({
      text: '{"size":"XL","flow_token":"abc"}',
      response: { size: "XL", flow_token: "abc" },
    });
  });

  it.each([
    { name: "no JSON", text: '{"size":' },
    { name: "a list", text: '["XL"]' },
    { name: "a number", text: "7" },
    { name: "nested too deeply", text: `${'{"a":'.repeat(40)}1${"}".repeat(40)}` },
    { name: "meant to change every object", text: '{"__proto__":{"polluted":true}}' },
  ])("stay text when they are $name", ({ text }) => {
    expect(readAnswers(messageWith(text))).toEqual({ text, response: null });
  });

  it("are the whole message where it has none", () => {
    const message = messageWith(7);

    expect(readAnswers(message)).toEqual({ text: message, response: null });
  });

  it("keep characters that databases refuse", () => {
    const text = '{"note":"a\\u0000b \\ud800"}';

    expect(readAnswers(messageWith(text)).response).toEqual({ note: "a\u0000b \ud800" });
  });
});

describe("what a handler is given", () => {
  const generated = createStaticFlow("generated", {
    completion: z.strictObject({ size: z.enum(["S", "XL"]) }),
  });

  it("is what the flow sent, without what WhatsApp added", () => {
    const answers = readAnswers(
      messageWith('{"size":"XL","flow_token":"abc","wa_flow_response_params":{"title":"x"}}'),
    );

    expect(readCompletion(generated, answers)).toEqual({
      kind: "readable",
      response: { size: "XL" },
    });
  });

  it("is parsed by whichever of its two schemas takes it", () => {
    const both = createStaticFlow("both", {
      completion: z.object({ size: z.string() }),
      options: { completion: z.object({ id: z.string().transform((id) => `#${id}`) }) },
    });

    expect(readCompletion(both, readAnswers(messageWith('{"id":"7"}')))).toEqual({
      kind: "readable",
      response: { id: "#7" },
    });
    expect(readCompletion(both, readAnswers(messageWith('{"size":"S"}')))).toEqual({
      kind: "readable",
      response: { size: "S" },
    });
  });

  it.each([
    { name: "do not fit its schema", text: '{"size":"XXL"}' },
    { name: "are no object", text: "[]" },
  ])("is the text when the answers $name", ({ text }) => {
    expect(readCompletion(generated, readAnswers(messageWith(text)))).toEqual({
      kind: "unreadable",
      text,
    });
  });

  it("is any object where the flow has no schema", () => {
    const answers = readAnswers(messageWith('{"anything":[1],"flow_token":"abc"}'));

    expect(readCompletion(createStaticFlow("free"), answers)).toEqual({
      kind: "readable",
      response: { anything: [1] },
    });
  });
});
