import { describe, expect, it } from "vitest";
import {
  complete,
  exchange,
  flowText,
  footer,
  input,
  type Json,
  navigate,
  options,
  screen,
  staticFlowText,
} from "../flow-text.ts";
import { metaFindings, placesOf, withFix } from "./read-flow.ts";

const CHILD = "screens[0].layout.children[0]";

function terminal(children: readonly Json[], data: Json = {}): Json {
  return screen("MAIN", [...children, footer(complete())], { terminal: true, data });
}

const DATA = {
  s: { type: "string", __example__: "x" },
  n: { type: "number", __example__: 1 },
  i: { type: "integer", __example__: 1 },
  b: { type: "boolean", __example__: true },
  l: { type: "array", items: { type: "string" }, __example__: [] },
  o: { type: "object", properties: { s: { type: "string" } }, __example__: { s: "x" } },
};

function codesOf(component: Json, version = "7.3"): readonly string[] {
  return placesOf(metaFindings(staticFlowText([terminal([component], DATA)], version)));
}

function payloadWithExpression(version: string): string {
  return staticFlowText(
    [screen("MAIN", [footer(complete({ x: "`${form.a} 'x'`" }))], { terminal: true })],
    version,
  );
}

function conditional(condition: string): Json {
  return {
    type: "If",
    condition,
    then: [{ type: "TextBody", text: "x" }],
  };
}

function handingOver(payload: Json, data: Json, version = "7.3"): string {
  return staticFlowText(
    [
      screen("MAIN", [input("TextInput", "a"), footer(navigate("NEXT", payload))]),
      lastScreen(data),
    ],
    version,
  );
}

function lastScreen(data: Json): Json {
  return screen("NEXT", [footer(complete())], { terminal: true, data });
}

function countDeadReferences(version: string): number {
  return metaFindings(handingOver({ s: "${form.zz}" }, { s: DATA.s }, version)).length;
}

function selecting(payload: Json): Json {
  return input("Dropdown", "d", {
    "data-source": options,
    "on-select-action": { name: "update_data", payload },
  });
}

describe("nested expressions", () => {
  it.each([
    "`'a ' ${data.n} ${data.b}`",
    "`(${data.n} + 1) ' items'`",
    "`${data.n} * 2 ' x'`",
    "`${data.o.s} ''`",
    "`${data.s}`",
  ])("takes %s for a text", (text) => {
    expect(codesOf({ type: "TextHeading", text })).toEqual([]);
  });

  it.each([
    "`${data.n}`",
    "`${data.n} + 1`",
    "`${data.s} + 'x'`",
    "`-${data.s} 'x'`",
    "`${data.b} == 'x' 'y'`",
    "`(${data.n} % 2) 'x'`",
    "`${data.b} ? 'x' : 'y'`",
    "`${data.s}.length`",
    "`null`",
    "`'open`",
    "`${data.zz} 'x'`",
    "`${data.l}`",
  ])("refuses %s for a text", (text) => {
    expect(codesOf({ type: "TextHeading", text })).toEqual([
      `INVALID_PROPERTY_VALUE at ${CHILD}.text`,
    ]);
  });

  it.each([
    ["`${data.n} > 1 && !${data.b}`", true],
    ["`${data.i} == ${data.n}`", true],
    ["`${data.s} != ''`", true],
    ["`${data.b} || true`", true],
    ["`${data.n} && ${data.b}`", false],
    ["`${data.s} < 5`", false],
    ["`${data.b} == 1`", false],
    ["`'true'`", false],
  ])("%s may decide whether something is visible: %s", (visible, accepted) => {
    expect(codesOf({ type: "TextBody", text: "x", visible })).toHaveLength(accepted ? 0 : 1);
  });

  it("knows none before 6.0", () => {
    expect(codesOf({ type: "TextHeading", text: "`${data.n}`" }, "5.1")).toEqual([]);
  });

  it("reads those of payloads from 7.2 on", () => {
    expect(metaFindings(payloadWithExpression("7.0"))).toEqual([]);
    expect(placesOf(metaFindings(payloadWithExpression("7.2")))).toEqual([
      `INVALID_ACTION_PAYLOAD_PROPERTY at ${CHILD}.on-click-action.payload.x`,
    ]);
  });
});

describe("conditions", () => {
  it.each([
    "${data.b}",
    "!${data.b}",
    "(${data.n} > 5) && ${data.b}",
    "${data.s} == 'x'",
    "(${data.n} > 5) || (${data.n} == 3)",
    "`(${data.n} > 5) && (${data.s} != '')`",
    "${data.b} && ${data.b} || ${data.b}",
    " ",
  ])("takes %j", (condition) => {
    expect(codesOf(conditional(condition))).toEqual([]);
  });

  it.each([
    "${data.n} > 5 && ${data.b}",
    "(1 == 1) && ${data.b}",
    "${data.s} == 1",
    "${data.l}",
    "!${data.n}",
    "${data.s} > 5",
    "${data.s} == 'it\\'s'",
    "${data.b} && ${data.n}",
    "(${data.s} == 'x') || (${data.s} == 'y')",
    "${screen.OTHER.data.b}",
  ])("refuses %j", (condition) => {
    expect(codesOf(conditional(condition))).toEqual([
      `INVALID_PROPERTY_VALUE at ${CHILD}.condition`,
    ]);
  });

  it("moves what only the nested language takes into backticks", () => {
    const text = staticFlowText([
      terminal([conditional("(${data.s} == 'x') || (${data.s} == 'y')")], DATA),
    ]);
    const [finding] = metaFindings(text);
    expect(finding).toBeDefined();
    expect(finding && metaFindings(withFix(text, finding))).toEqual([]);
  });
});

describe("bindings in properties", () => {
  it.each([
    [{ type: "TextBody", text: "${data.l}" }, true],
    [{ type: "TextHeading", text: "${data.l}" }, false],
    [{ type: "TextBody", text: "x", visible: "${data.s}" }, false],
    [{ type: "TextHeading", text: "${data.o.s}" }, true],
    [{ type: "TextHeading", text: "${data.o.zz}" }, false],
    [input("TextInput", "a", { "min-chars": "${data.i}" }), true],
    [input("TextInput", "a", { "init-value": "${data.b}" }), false],
    [input("CheckboxGroup", "a", { "data-source": options, "init-value": "${data.l}" }), true],
  ])("%j: %s", (component, accepted) => {
    expect(codesOf(component).map((each) => each.split(" ")[0])).toEqual(
      accepted ? [] : ["INVALID_SCREEN_DYNAMIC_DATA"],
    );
  });

  it("names the data that was probably meant", () => {
    const flow = terminal([{ type: "TextHeading", text: "${data.greting}" }], {
      greeting: { type: "string", __example__: "x" },
    });
    const text = staticFlowText([flow]);
    const [finding] = metaFindings(text);
    expect(finding?.hint).toBe("write `${data.greeting}`");
    expect(finding && metaFindings(withFix(text, finding))).toEqual([]);
  });
});

describe("payloads", () => {
  const PAYLOAD = "screens[0].layout.children[1].on-click-action.payload";

  it("compares the keys both ways", () => {
    expect(placesOf(metaFindings(handingOver({ a: "${form.a}" }, { s: DATA.s })))).toEqual([
      `INVALID_NAVIGATE_ACTION_PAYLOAD at ${PAYLOAD}.a`,
      `INVALID_NAVIGATE_ACTION_PAYLOAD at ${PAYLOAD}`,
    ]);
  });

  it("compares types, an integer being a number", () => {
    expect(metaFindings(handingOver({ n: 5 }, { n: DATA.n }))).toEqual([]);
    const text = handingOver({ n: "5" }, { n: DATA.n });
    const [finding, ...others] = metaFindings(text);
    expect(finding).toMatchObject({
      code: "INVALID_NAVIGATE_ACTION_STATIC_DATA",
      path: `${PAYLOAD}.n`,
    });
    expect(others).toEqual([]);
    expect(finding && metaFindings(withFix(text, finding))).toEqual([]);
  });

  it("skips in 7.1 what Meta skips there", () => {
    expect(metaFindings(handingOver({ n: "5" }, { n: DATA.n }, "7.1"))).toEqual([]);
  });

  it("reports a dead reference twice from 7.3 on and once before", () => {
    expect([countDeadReferences("7.2"), countDeadReferences("7.3")]).toEqual([1, 2]);
  });

  it("lets update_data change only what the screen declares, and to something else", () => {
    const at = `${CHILD}.on-select-action.payload`;
    const code = "INVALID_UPDATE_DATA_ACTION_PAYLOAD";
    expect(codesOf(selecting({ b: false, s: "${form.d}" }))).toEqual([]);
    expect(codesOf(selecting({ zz: 1, b: "yes", n: "${data.n}" }))).toEqual([
      `${code} at ${at}.zz`,
      `${code} at ${at}.b`,
      `${code} at ${at}.n`,
    ]);
  });
});

describe("the routing model", () => {
  it("reports its faults in Meta's order", () => {
    const screens = [
      screen("A", [footer(navigate("B"))]),
      screen("B", [footer(complete())], { terminal: true }),
    ];
    expect(placesOf(metaFindings(flowText(screens, { routing_model: {} })))).toEqual([
      "INVALID_ROUTING_MODEL at screens[0].id",
      "INVALID_ROUTING_MODEL at screens[1].id",
      "INVALID_ROUTING_MODEL at screens[0].layout.children[0].on-click-action.next.name",
    ]);
  });

  it("mends a misspelt screen", () => {
    const screens = [
      screen("START", [footer(exchange())]),
      screen("CONFIRM", [footer(complete())], { terminal: true }),
    ];
    const text = flowText(screens, { routing_model: { START: ["CONFRIM", "CONFIRM"] } });
    const [finding] = metaFindings(text);
    expect(finding?.path).toBe("routing_model.START[0]");
    expect(finding?.fix?.text).toBe('"CONFIRM"');
  });
});

describe("counting", () => {
  const image = { type: "Image", src: "aaaa" };
  const branched = (more: readonly Json[]): readonly string[] =>
    placesOf(
      metaFindings(
        staticFlowText([
          terminal(
            [
              { type: "If", condition: "${data.b}", then: [image, image, image], else: [image] },
              ...more,
            ],
            DATA,
          ),
        ]),
      ),
    );

  it("counts the fullest branch only", () => {
    expect(branched([])).toEqual([]);
    expect(branched([image])).toHaveLength(5);
  });

  it("points at the outermost If that is nested too deeply", () => {
    const nest = (depth: number): Json => ({
      type: "If",
      condition: "${data.b}",
      then: [depth === 1 ? { type: "TextBody", text: "x" } : nest(depth - 1)],
    });
    expect(codesOf(nest(3))).toEqual([]);
    expect(codesOf(nest(4))).toEqual([`MAXIMUM_IF_NESTING at ${CHILD}`]);
  });
});

describe("dates", () => {
  it.each([
    ["2026-1-5", '"2026-01-05"'],
    ["2026-12-24T10:00:00Z", '"2026-12-24"'],
    ["1710958020000", '"2024-03-20"'],
    ["+30d", undefined],
    ["24.12.2026", undefined],
  ])("%s is no date, and may be %s", (date, mended) => {
    const [finding] = metaFindings(
      staticFlowText([terminal([input("DatePicker", "d", { "min-date": date })])]),
    );
    expect(finding).toMatchObject({ code: "INVALID_DATE_RANGE", path: `${CHILD}.min-date` });
    expect(finding?.fix?.text).toBe(mended);
  });
});
