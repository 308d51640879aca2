import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { replaceResults } from "../../bench/results.ts";

const PAGE = `# Page

<!-- results of exchange -->
old
<!-- end -->

<!-- results of start -->
older
<!-- end -->
`;

describe("results on the page", () => {
  it("take the place of the old ones of the same benchmark, and of nothing else", () => {
    expect(replaceResults(PAGE, "exchange", "new")).toBe(
      PAGE.replace("-->\nold\n<!--", "-->\n\nnew\n\n<!--"),
    );
  });

  it("can be replaced again and again", () => {
    const once = replaceResults(PAGE, "start", "new");

    expect(replaceResults(once, "start", "new")).toBe(once);
  });

  it("are refused where the page has no place for them", () => {
    expect(() => replaceResults(PAGE, "memory", "new")).toThrow(/memory/);
  });

  it.each([
    "exchange",
    "open-seal",
    "baselines",
    "replay",
    "handlers-database",
    "admission",
    "latency",
    "two-processes",
    "start",
    "memory",
    "ingest",
    "processing",
    "linter",
    "sensitivity",
  ])("of %s have their place in bench/README.md", (name) => {
    const readme = readFileSync(new URL("../../bench/README.md", import.meta.url), "utf8");

    expect(replaceResults(readme, name, "new")).toContain(`<!-- results of ${name} -->\n\nnew\n`);
  });
});
