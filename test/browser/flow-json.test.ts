// Whatever stands in a flow.json: hostile text is text, what Meta accepts is shown, what is saved is
// taken over at once.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import expected from "../flow-json/expected.json" with { type: "json" };
import { requirePart } from "../parts/require-part.ts";
import { openFixture } from "./open-fixture.ts";
import { type PlayerHost, startPlayer } from "./player-page.ts";

const CASES = fileURLToPath(new URL("../flow-json/cases/", import.meta.url));

/** What Meta's upload accepts, and has an endpoint or not. */
function acceptedCases(): Readonly<Record<string, string>> {
  const results: Readonly<Record<string, { readonly errors: readonly unknown[] }>> = expected;
  const texts = readdirSync(CASES)
    .map((file) => [file.replace(".json", ""), readFileSync(`${CASES}${file}`, "utf8")] as const)
    .filter(([name]) => results[name]?.errors.length === 0);
  return Object.fromEntries(texts);
}

const ATTACK = '<img src=x onerror="window.attacked=1"><script>window.attacked=1</script>';

const flowOf = (children: readonly object[], title = "Screen"): string =>
  JSON.stringify({
    version: "7.3",
    screens: [
      { id: "SCREEN", title, terminal: true, layout: { type: "SingleColumnLayout", children } },
    ],
  });

const input = (label: string): object => ({ type: "TextInput", name: "name", label });

/** Whether a person who looks at `frame` sees `part`. */
async function isWithin(part: Locator, frame: Locator): Promise<boolean> {
  const [inner, outer] = await Promise.all([part.boundingBox(), frame.boundingBox()]);
  if (inner === null || outer === null) return false;
  return inner.y >= outer.y && inner.y + inner.height <= outer.y + outer.height;
}

requirePart("chromium")("a flow.json in the player", () => {
  let host: PlayerHost;

  beforeAll(async () => {
    host = await startPlayer();
  });
  afterAll(() => host.close());

  it("cannot run a script, nor load anything", async () => {
    const option = { id: ATTACK, title: ATTACK, color: "red;background:url(//x.example)" };
    const { user } = await openFixture(host, {
      fixture: flowOf(
        [
          { type: "TextHeading", text: ATTACK },
          {
            type: "RichText",
            text: [
              ATTACK,
              "[click](javascript:window.attacked=1)",
              "![p](https://x.example/p.png)",
              '![p](data:image/svg+xml;base64,PHN2Zy8+" onload="window.attacked=1)',
            ],
          },
          { type: "Image", src: 'x" onerror="window.attacked=1', "alt-text": ATTACK },
          { type: "RadioButtonsGroup", name: "radio", label: ATTACK, "data-source": [option] },
          {
            type: "EmbeddedLink",
            text: "Open",
            "on-click-action": { name: "open_url", url: "javascript:window.attacked=1" },
          },
          { type: "<script>window.attacked=1</script>" },
          { type: "Footer", label: ATTACK, "on-click-action": { name: "complete", payload: {} } },
        ],
        ATTACK,
      ),
    });
    await user.phone.getByRole("button", { name: "Open", exact: true }).click();
    await user.phone.getByText("No phone knows a component called").waitFor();

    expect(await user.page.evaluate("window.attacked")).toBe(undefined);
    expect(await user.phone.locator("script, [onerror], [onload], a, img").count()).toBe(0);
    expect(await user.phone.getByText(ATTACK).count()).toBeGreaterThan(3);
  });

  it("is shown without a complaint in every case that Meta accepts", async () => {
    const cases = acceptedCases();
    const { user } = await openFixture(host, { first: flowOf([]), ...cases });
    const shown: string[] = [];
    for (const [name, flowJson] of Object.entries(cases)) {
      await user.chooseFlow(name);
      await user.page.getByRole("heading", { name, level: 2, exact: true }).waitFor();
      if (flowJson.includes('"data_api_version"')) {
        await user.page.getByText("Settings").click();
        await user.page.getByLabel("Opens with").selectOption("navigate");
        await user.page.getByRole("button", { name: "New message" }).click();
      }
      await user.press("Open flow");
      await user.phone.locator("[data-screen]").waitFor();
      shown.push(name);
    }

    expect(shown).toEqual(Object.keys(cases));
    expect(shown.length).toBeGreaterThan(20);
  });

  it("is taken over when it is saved, with the answers that still fit", async () => {
    const { user, api } = await openFixture(host, { fixture: flowOf([input("Name")]) });
    await user.type("Name", "Ada");

    api.flows.set("fixture", flowOf([input("Full name")]));
    api.restart();
    await user.phone.getByLabel("Full name").waitFor();

    expect(await user.phone.getByLabel("Full name").inputValue()).toBe("Ada");

    const problem = {
      message: "the JSON ends too soon",
      file: "handlers/fixture/flow.json",
      line: 7,
      column: 3,
    };
    api.problems.set("fixture", problem);
    api.restart();
    const overlay = user.page.getByRole("alert").filter({ hasText: "This must be mended first" });
    await overlay.waitFor();

    expect(await overlay.innerText()).toContain("handlers/fixture/flow.json:7:3");

    api.problems.clear();
    api.restart();
    await overlay.waitFor({ state: "detached" });
  });

  it("is shown with what the linter finds in it, and where", async () => {
    const lines = Array.from({ length: 60 }, (_, index) => ({
      type: "TextBody",
      text: `line ${index}`,
    }));
    const footer = {
      type: "Footer",
      label: "Next",
      "on-click-action": {
        name: "navigate",
        next: { type: "screen", name: "NOWHERE" },
        payload: {},
      },
    };
    const faulty: unknown = JSON.parse(flowOf([...lines, footer]));
    const { user } = await openFixture(host, { fixture: JSON.stringify(faulty, null, 2) });
    await user.phone.getByText("line 0").waitFor();

    const panel = await user.openTab("Source");
    const finding = panel.getByRole("list", { name: "Findings" }).getByText("NOWHERE");
    await finding.first().click();
    const line = panel.locator("[aria-current='location']");
    await line.waitFor();

    expect(await line.innerText()).toContain('"NOWHERE"');
    expect(await isWithin(line, panel.getByRole("region", { name: "flow.json" }))).toBe(true);
  });

  it("is read from right to left where its words are", async () => {
    const { user } = await openFixture(host, {
      fixture: flowOf([{ type: "TextInput", name: "name", label: "الاسم" }], "مرحبا"),
    });

    expect(await user.phone.getByRole("region", { name: "مرحبا" }).getAttribute("dir")).toBe("rtl");
  });

  it("is played by keyboard alone", async () => {
    const { user } = await openFixture(host, {
      fixture: flowOf([
        {
          type: "Dropdown",
          name: "fruit",
          label: "Fruit",
          required: true,
          "data-source": [
            { id: "a", title: "Apple" },
            { id: "p", title: "Pear" },
          ],
        },
        {
          type: "Footer",
          label: "Send",
          "on-click-action": { name: "complete", payload: { fruit: "${form.fruit}" } },
        },
      ]),
    });
    const { keyboard } = user.page;
    await user.phone.locator("[data-screen]").waitFor();
    await keyboard.press("Tab");
    await keyboard.press("Enter");
    await user.phone.getByRole("listbox").waitFor();
    await keyboard.press("p");
    await keyboard.press("Enter");
    await user.phone.getByRole("listbox").waitFor({ state: "detached" });
    await keyboard.press("Tab");
    await keyboard.press("Enter");
    await user.phone.getByText("Response sent").waitFor();

    const panel = await user.openTab("Completion");
    expect(await panel.innerText()).toContain('"fruit": "p"');
  });

  it("comes with a page under 150 kB, compressed", async () => {
    const page = await host.open();
    const files = await page.evaluate<readonly string[]>(
      "performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.includes('/assets/'))",
    );
    const bodies = await Promise.all(
      files.map(async (file) => Buffer.from(await (await fetch(file)).arrayBuffer())),
    );

    const bytes = bodies.reduce((sum, body) => sum + gzipSync(body).length, 0);
    expect(files).toHaveLength(2);
    expect(bytes).toBeLessThan(150_000);
  });
});
