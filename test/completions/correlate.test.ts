import { describe, expect, it } from "vitest";
import { z } from "zod";
import { correlate, type CorrelateDependencies } from "../../src/completions/correlate.ts";
import type { LoadedFlow } from "../../src/flows/loaded-flow.ts";
import { createStaticFlow, flowMap, mintToken, tokens } from "./processing-database.ts";

const NO_TRACE = { flowToken: null, contextMessageId: null };

function answersOf(response: Readonly<Record<string, unknown>> | null): {
  readonly text: string;
  readonly response: Readonly<Record<string, unknown>> | null;
} {
  return { text: JSON.stringify(response), response };
}

function createDeps(
  flows: readonly LoadedFlow[],
  known: {
    readonly seen?: Readonly<Record<string, string>>;
    readonly sent?: Readonly<Record<string, string>>;
  } = {},
): CorrelateDependencies {
  return {
    flows: flowMap(...flows),
    tokens,
    store: {
      findSeenToken: async (flowToken) => known.seen?.[flowToken] ?? null,
      findSentMessage: async (messageId) => known.sent?.[messageId] ?? null,
    },
  };
}

function createQuiz(): LoadedFlow {
  return createStaticFlow("quiz", { completion: z.object({ answer: z.string() }) });
}

describe("a completion is matched", () => {
  it("by the token that was minted for its flow", async () => {
    const deps = createDeps([createQuiz(), createStaticFlow("other")]);
    const flowToken = mintToken("quiz");

    const match = await correlate(deps, { ...NO_TRACE, flowToken }, answersOf({}));

    expect(match).toEqual({ flow: "quiz", matchedBy: "token" });
  });

  it("by such a token also after it has expired", async () => {
    const deps = createDeps([createQuiz()]);
    const flowToken = mintToken("quiz", 1_000_000_000);

    const match = await correlate(deps, { ...NO_TRACE, flowToken }, answersOf({}));

    expect(match).toEqual({ flow: "quiz", matchedBy: "token" });
  });

  it("by the handler whose tokens function knows the token", async () => {
    const own = createStaticFlow("own", {
      options: { tokens: (token) => (token === "order-7" ? { order: 7 } : null) },
    });
    const stranger = createStaticFlow("stranger", { options: { tokens: () => null } });
    const deps = createDeps([stranger, own], { seen: { "order-7": "stranger" } });

    const match = await correlate(deps, { ...NO_TRACE, flowToken: "order-7" }, answersOf({}));

    expect(match).toEqual({ flow: "own", matchedBy: "tokens-function" });
  });

  it("by an endpoint at which its token was seen", async () => {
    const deps = createDeps([createQuiz()], {
      seen: { abc: "quiz" },
      sent: { "wamid.1": "other" },
    });

    const match = await correlate(
      deps,
      { flowToken: "abc", contextMessageId: "wamid.1" },
      answersOf({}),
    );

    expect(match).toEqual({ flow: "quiz", matchedBy: "seen-token" });
  });

  it("by the message that it answers", async () => {
    const deps = createDeps([createQuiz(), createStaticFlow("other")], {
      sent: { "wamid.1": "other" },
    });

    const match = await correlate(
      deps,
      { flowToken: null, contextMessageId: "wamid.1" },
      answersOf({ answer: "42" }),
    );

    expect(match).toEqual({ flow: "other", matchedBy: "sent-message" });
  });

  it("by the one schema that takes its answers", async () => {
    const other = createStaticFlow("other", { completion: z.object({ size: z.number() }) });
    const deps = createDeps([other, createQuiz()]);
    const answers = answersOf({ answer: "42", flow_token: "unknown" });

    const match = await correlate(deps, { ...NO_TRACE, flowToken: "unknown" }, answers);

    expect(match).toEqual({ flow: "quiz", matchedBy: "schema" });
  });

  it("by the schema that its handler gives, where the endpoint ends the flow", async () => {
    const ended = createStaticFlow("ended", {
      options: { completion: z.object({ id: z.string() }) },
    });

    const match = await correlate(createDeps([ended]), NO_TRACE, answersOf({ id: "b-1" }));

    expect(match).toEqual({ flow: "ended", matchedBy: "schema" });
  });
});

describe("a completion is not matched", () => {
  it("when its token names a flow that is not loaded, whatever else would fit", async () => {
    const deps = createDeps([createQuiz()], { sent: { "wamid.1": "quiz" } });
    const flowToken = mintToken("gone");

    const match = await correlate(
      deps,
      { flowToken, contextMessageId: "wamid.1" },
      answersOf({ answer: "42" }),
    );

    expect(match).toBeNull();
  });

  it("when two flows would take its answers", async () => {
    const twin = createStaticFlow("twin", { completion: z.object({ answer: z.string() }) });

    const match = await correlate(
      createDeps([createQuiz(), twin]),
      NO_TRACE,
      answersOf({ answer: "42" }),
    );

    expect(match).toBeNull();
  });

  it("when two tokens functions know its token", async () => {
    const any = { options: { tokens: () => ({}) } };
    const flows = [createStaticFlow("one", any), createStaticFlow("two", any)];

    const match = await correlate(
      createDeps(flows),
      { ...NO_TRACE, flowToken: "abc" },
      answersOf({}),
    );

    expect(match).toBeNull();
  });

  it.each([
    { name: "has answers that the schema does not know", response: { answer: "42", age: 7 } },
    { name: "has no answers to judge by", response: { flow_token: "abc" } },
    { name: "has answers that are no object", response: null },
  ])("when it $name", async ({ response }) => {
    const flows = [createQuiz(), createStaticFlow("empty", { completion: z.object({}) })];

    const match = await correlate(createDeps(flows), NO_TRACE, answersOf(response));

    expect(match).toBeNull();
  });

  it("when a schema fails over the answers of others", async () => {
    const clumsy = createStaticFlow("clumsy", {
      completion: z.object({ answer: z.string() }).transform(() => {
        throw new Error("clumsy");
      }),
    });

    const match = await correlate(createDeps([clumsy]), NO_TRACE, answersOf({ answer: "42" }));

    expect(match).toBeNull();
  });
});

describe("a tokens function that fails", () => {
  const broken = {
    options: {
      tokens: () => {
        throw new Error("its database is away");
      },
    },
  };

  it("has the completion tried again rather than guessed", async () => {
    const deps = createDeps([createStaticFlow("broken", broken), createQuiz()]);

    const match = correlate(deps, { ...NO_TRACE, flowToken: "abc" }, answersOf({ answer: "42" }));

    await expect(match).rejects.toThrow("its database is away");
  });

  it("does not keep another flow from knowing its own token", async () => {
    const own = createStaticFlow("own", { options: { tokens: () => ({}) } });
    const deps = createDeps([createStaticFlow("broken", broken), own]);

    const match = await correlate(deps, { ...NO_TRACE, flowToken: "abc" }, answersOf({}));

    expect(match).toEqual({ flow: "own", matchedBy: "tokens-function" });
  });
});
