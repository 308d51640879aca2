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
import { metaFindings, ownFindings, placesOf, withFix } from "./read-flow.ts";

const CHILD = "screens[0].layout.children[0]";

function found(children: readonly Json[], more: Json = {}, top: Json = {}): readonly string[] {
  const main = screen("MAIN", [...children, footer(exchange())], { terminal: true, ...more });
  return placesOf(ownFindings(flowText([main], top)));
}

function completing(value: string): string {
  return staticFlowText([
    screen("FIRST", [input("TextInput", "name"), footer(navigate("LAST"))]),
    screen("LAST", [footer(complete({ name: value, n: "${screen.FIRST.form.name}" }))], {
      terminal: true,
    }),
  ]);
}

function choosing(more: Json): Json {
  return input("RadioButtonsGroup", "a", { visible: "${form.a}", ...more });
}

function link(payload: Json): Json {
  return {
    type: "EmbeddedLink",
    text: "x",
    "on-click-action": exchange(payload),
  };
}

function withSideScreen(opener: string): string {
  return staticFlowText([
    screen("MAIN", [
      { type: opener, name: "x", label: "x", text: "x", "on-click-action": navigate("SIDE") },
      footer(navigate("LAST")),
    ]),
    screen("SIDE", [{ type: "TextBody", text: "x" }]),
    screen("LAST", [footer(complete())], { terminal: true }),
  ]);
}

function switching(cases: Json): string {
  return staticFlowText([
    screen("MAIN", [{ type: "Switch", value: "${data.s}", cases }], {
      terminal: true,
      data: { s: { type: "string", __example__: "x" } },
    }),
  ]);
}

function pastDates(more: Json, today: string | null): readonly string[] {
  return placesOf(ownFindings(picking(more), today));
}

function picking(more: Json): string {
  return staticFlowText([
    screen("MAIN", [input("DatePicker", "d", more), footer(complete({ d: "${form.d}" }))], {
      terminal: true,
    }),
  ]);
}

function twoLinks(first: Json, second: Json): readonly string[] {
  return found([input("TextInput", "t"), input("OptIn", "o"), link(first), link(second)]);
}

describe("references that are none", () => {
  it("adds what is missing between the screen and the name", () => {
    const text = completing("${screen.FIRST.name}");
    const [finding, ...others] = ownFindings(text);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      code: "NOT_A_BINDING",
      severity: "error",
      source: "flowpoint",
      path: "screens[1].layout.children[0].on-click-action.payload.name",
      hint: "write `${screen.FIRST.form.name}`",
    });
    expect(finding && ownFindings(withFix(text, finding))).toEqual([]);
  });

  it.each(["${name}", "${data.}", "{{name}}", "${screen.NOWHERE.name}"])(
    "takes %s for the text that it is",
    (value) => {
      expect(ownFindings(completing(value)).map(({ code }) => code)).toEqual(["NOT_A_BINDING"]);
    },
  );

  it("makes an expression of a binding inside a text", () => {
    const text = flowText([
      screen(
        "MAIN",
        [
          { type: "TextBody", text: "Hi ${form.a}, welcome" },
          input("TextInput", "a"),
          footer(exchange()),
        ],
        { terminal: true },
      ),
    ]);
    const [finding] = ownFindings(text);
    expect(finding?.fix?.text).toBe("\"`'Hi ' ${form.a} ', welcome'`\"");
    expect(finding && ownFindings(withFix(text, finding))).toEqual([]);
    expect(finding && metaFindings(withFix(text, finding))).toEqual([]);
  });

  it("says of an input that does not exist where Meta says nothing", () => {
    expect(found([{ type: "TextBody", text: "${form.zz}" }])).toEqual([
      `UNKNOWN_INPUT at ${CHILD}.text`,
    ]);
  });
});

describe("lists", () => {
  it("wants every id once", () => {
    expect(found([choosing({ "data-source": [...options, ...options] })])).toEqual([
      `DUPLICATE_OPTION_IDS at ${CHILD}.data-source[2].id`,
      `DUPLICATE_OPTION_IDS at ${CHILD}.data-source[3].id`,
    ]);
  });

  it("counts them", () => {
    const many = Array.from({ length: 21 }, (_, index) => ({ id: `${index}`, title: "x" }));
    expect(found([choosing({ "data-source": many })])).toEqual([
      `TOO_MANY_OPTIONS at ${CHILD}.data-source`,
    ]);
  });

  it("wants an initial value to be among them", () => {
    expect(found([choosing({ "data-source": options, "init-value": "a" })])).toEqual([]);
    expect(found([choosing({ "data-source": options, "init-value": "zz" })])).toEqual([
      `UNKNOWN_OPTION at ${CHILD}.init-value`,
    ]);
  });
});

describe("payloads", () => {
  it("keeps the keys that report an error for that", () => {
    const flow = flowText([
      screen("MAIN", [footer(exchange({ error: "x", error_message: "y" }))], { terminal: true }),
    ]);
    expect(ownFindings(flow).map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      "error RESERVED_PAYLOAD_KEY",
      "error RESERVED_PAYLOAD_KEY",
    ]);
  });

  it("can be told apart by a literal, by their keys, or need not be", () => {
    expect(twoLinks({ go: "a", x: "${form.t}" }, { go: "b", x: "${form.o}" })).toEqual([]);
    expect(twoLinks({ x: "${form.t}" }, { y: "${form.t}" })).toEqual([]);
    expect(twoLinks({ x: "${form.t}" }, { x: "${form.t}" })).toEqual([]);
  });

  it("cannot be told apart by values alone", () => {
    expect(twoLinks({ x: "${form.t}" }, { x: "${form.o}" })).toEqual([
      "AMBIGUOUS_PAYLOADS at screens[0].layout.children[3].on-click-action.payload",
    ]);
  });

  it("hold no passwords when they go into the chat", () => {
    const text = staticFlowText([
      screen(
        "MAIN",
        [
          input("TextInput", "p", { "input-type": "password" }),
          footer(complete({ p: "${form.p}" })),
        ],
        { terminal: true },
      ),
    ]);
    expect(placesOf(ownFindings(text))).toEqual([
      "SECRET_IN_COMPLETION at screens[0].layout.children[1].on-click-action.payload.p",
    ]);
  });
});

describe("ways through the flow", () => {
  it("finds a screen without a way on, but not one that is only looked at", () => {
    expect(placesOf(ownFindings(withSideScreen("Footer")))).toEqual(["DEAD_END at screens[1]"]);
    expect(ownFindings(withSideScreen("OptIn"))).toEqual([]);
  });

  it("finds a circle of three", () => {
    const screens = ["A", "B", "C", "D"].map((id) =>
      screen(id, [footer(exchange())], { terminal: id === "D" }),
    );
    const routes = { A: ["B"], B: ["C"], C: ["A", "D"] };
    const [finding] = ownFindings(flowText(screens, { routing_model: routes }));
    expect(finding).toMatchObject({ code: "CIRCULAR_ROUTES", path: "routing_model.A" });
  });

  it("finds a screen from which no end is reached", () => {
    const screens = ["A", "B", "D"].map((id) =>
      screen(id, [footer(exchange())], { terminal: id === "D" }),
    );
    expect(
      placesOf(ownFindings(flowText(screens, { routing_model: { A: ["B", "D"], B: [] } }))),
    ).toEqual(["NO_WAY_TO_THE_END at screens[1].id"]);
  });

  it("wants a Footer in every branch or in none", () => {
    const last = footer(complete());
    expect(ownFindings(switching({ a: [last], b: [last] }))).toEqual([]);
    expect(placesOf(ownFindings(switching({ a: [last], b: [] })))).toEqual([
      `MISSING_FOOTER_IN_SWITCH_BRANCHES at ${CHILD}`,
    ]);
  });
});

describe("what Meta runs in other versions only", () => {
  it("is a warning of ours in this one", () => {
    const text = staticFlowText(
      [
        screen("A", [footer(navigate("B", { x: 1 }))]),
        screen("B", [footer(complete())], { terminal: true }),
      ],
      "7.2",
    );
    expect(metaFindings(text)).toEqual([]);
    expect(
      ownFindings(text).filter(({ code }) => code === "INVALID_NAVIGATE_ACTION_PAYLOAD"),
    ).toMatchObject([{ severity: "warning", source: "flowpoint" }]);
  });
});

describe("dates", () => {
  it("finds a day that does not exist", () => {
    expect(placesOf(ownFindings(picking({ "max-date": "2027-02-29" })))).toEqual([
      `IMPOSSIBLE_DATE at ${CHILD}.max-date`,
    ]);
  });

  it("finds a range that is over, unless it is about the past", () => {
    const spring = { "min-date": "2026-03-01", "max-date": "2026-05-31" };
    expect(pastDates(spring, "2026-06-01")).toEqual([`PAST_DATES at ${CHILD}.max-date`]);
    expect(pastDates(spring, "2026-05-31")).toEqual([]);
    expect(pastDates(spring, null)).toEqual([]);
    expect(pastDates({ "min-date": "1920-01-01", "max-date": "2008-12-31" }, "2026-06-01")).toEqual(
      [],
    );
  });
});

describe("the rest", () => {
  it.each([
    [{ type: "TextBody", text: "x".repeat(4097) }, [`TEXT_TOO_LONG at ${CHILD}.text`]],
    [
      { type: "Image", src: "data:image/png;base64,iVBORw0KGgo=" },
      [`IMAGE_DATA_URI at ${CHILD}.src`],
    ],
    [
      { type: "Image", src: `UklGR${"A".repeat(430_000)}` },
      [`IMAGE_TOO_LARGE at ${CHILD}.src`, `IMAGE_FORMAT at ${CHILD}.src`],
    ],
    [
      input("TextInput", "a", { required: true, enabled: false, "error-message": "${form.a}" }),
      [`UNFILLABLE_INPUT at ${CHILD}.enabled`],
    ],
    [input("TextInput", "a"), [`UNUSED_INPUT at ${CHILD}.name`]],
    [
      {
        type: "EmbeddedLink",
        text: "x",
        "on-click-action": { name: "open_url", url: "http://e.example" },
      },
      [`INSECURE_LINK at ${CHILD}.on-click-action.url`],
    ],
    [
      { type: "If", condition: " ", then: [{ type: "TextBody", text: "x" }] },
      [`BLANK_CONDITION at ${CHILD}.condition`],
    ],
  ])("%.60j", (component, expected) => {
    expect(found([component])).toEqual(expected);
  });

  it("says what is said of whole screens", () => {
    expect(
      found([], { title: "${data.x}", data: { y: { type: "string", __example__: "" } } }),
    ).toEqual(["BINDING_IN_TITLE at screens[0].title", "UNUSED_DATA at screens[0].data.y"]);
    expect(
      placesOf(
        ownFindings(flowText([screen("SUCCESS", [footer(exchange())], { terminal: true })])),
      ),
    ).toEqual(["RESERVED_SCREEN_ID at screens[0].id"]);
    expect(found([], {}, { version: "7.1" })).toEqual(["OLD_VERSION at version"]);
    const body = { type: "TextBody", text: "x" };
    expect(found(Array.from({ length: 50 }, () => body))).toEqual([
      "MANY_COMPONENTS at screens[0].layout.children",
    ]);
  });
});
