// How fast the player is, in a real browser against a real server that is warm: from pressing "Open flow" to the first
// screen, which the endpoint is asked for, and from a keystroke to the frame that shows its effect on a screen of 50
// components. And how large the page is. Nothing is judged here; run it by hand, on a machine that does nothing else:
//
//     node test/browser/measure.ts

import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { describeRun } from "../../bench/machine.ts";
import { median, quantile, range } from "../../bench/statistics.ts";
import { type ByHand, ROOT, withPlayer } from "./by-hand.ts";
import { PhoneUser } from "./phone-user.ts";

const RUNS = 9;
const KEYSTROKES = 40;
const COMPONENTS = 50;

const HANDLER = `import { implement } from "flowpoint";
import { flow } from "./contract.gen.ts";

export default implement(flow, () => ({}));
`;

/** What is typed is shown again below, and decides what else is shown: each keystroke changes more than its input. */
function largeFlow(): object {
  const inputs = Array.from({ length: COMPONENTS - 4 }, (_, index) =>
    index % 2 === 0
      ? { type: "TextInput", name: `input_${index}`, label: `Input ${index}`, required: true }
      : {
          type: "Dropdown",
          name: `choice_${index}`,
          label: `Choice ${index}`,
          required: true,
          "data-source": Array.from({ length: 20 }, (_each, at) => ({
            id: `${at}`,
            title: `Option ${at}`,
          })),
        },
  );
  const children = [
    { type: "TextInput", name: "typed", label: "Typed", required: true },
    { type: "TextBody", text: "${form.typed}" },
    {
      type: "If",
      condition: "(${form.typed} != '')",
      then: [{ type: "TextCaption", text: "Something is typed." }],
    },
    ...inputs,
    {
      type: "Footer",
      label: "Send",
      "on-click-action": { name: "complete", payload: { typed: "${form.typed}" } },
    },
  ];
  const layout = { type: "SingleColumnLayout", children };
  return { version: "7.3", screens: [{ id: "LARGE", title: "Large", terminal: true, layout }] };
}

async function main(): Promise<void> {
  const handlers = await mkdtemp(path.join(tmpdir(), "flowpoint-measure-"));
  try {
    const large = path.join(handlers, "large");
    await mkdir(large);
    await writeFile(path.join(large, "flow.json"), JSON.stringify(largeFlow(), null, 2));
    await writeFile(path.join(large, "handler.ts"), HANDLER);
    await cp(
      path.join(ROOT, "handlers/book-appointment"),
      path.join(handlers, "book-appointment"),
      {
        recursive: true,
      },
    );
    await withPlayer(measure, handlers);
  } finally {
    await rm(handlers, { recursive: true, force: true });
  }
}

async function measure(byHand: ByHand): Promise<void> {
  process.stdout.write(`${describeRun()} · load ${load()}\n`);
  // The first of each is not counted: it warms the server and the browser.
  report("page, until flows are listed", await repeat(() => timePage(byHand)));
  const screens = await repeat(() => timeFirstScreen(byHand));
  report("first screen", screens);
  const keystrokes = await repeat(() => timeKeystrokes(byHand));
  report("keystroke, median of a run", keystrokes.map(median));
  report(
    "keystroke, 95 % of a run",
    keystrokes.map((run) => quantile(run, 0.95)),
  );
  await reportSize(byHand);
}

async function repeat<T>(run: () => Promise<T>): Promise<readonly T[]> {
  const results: T[] = [];
  for (let at = 0; at <= RUNS; at += 1) results.push(await run());
  return results.slice(1);
}

function report(what: string, valuesMs: readonly number[]): void {
  const { min, max } = range(valuesMs);
  const spread = `${min.toFixed(1)} to ${max.toFixed(1)}`;
  process.stdout.write(
    `${what.padEnd(28)} ${median(valuesMs).toFixed(1).padStart(7)} ms  (${spread}, ${RUNS} runs, load ${load()})\n`,
  );
}

function load(): string {
  return (loadavg()[0] ?? 0).toFixed(1);
}

async function timePage({ browser, url }: ByHand): Promise<number> {
  const page = await browser.newPage();
  await page.goto(url, { waitUntil: "commit" });
  const ms = await page.evaluate<number>(`new Promise((resolve) => {
    const look = () => {
      if (document.querySelector(".chat-row") === null) requestAnimationFrame(look);
      else resolve(performance.now());
    };
    look();
  })`);
  await page.close();
  return ms;
}

/** The page is loaded anew each time, and has nothing in memory; the message is there when the button is pressed. */
async function timeFirstScreen({ browser, url }: ByHand): Promise<number> {
  const page = await browser.newPage();
  await page.goto(url);
  const user = new PhoneUser(page);
  await user.chooseFlow("book-appointment");
  await user.phone.getByRole("button", { name: "Open flow" }).waitFor();
  await page.evaluate(watch("click"));
  await user.press("Open flow");
  const ms = await page.evaluate<number>("window.measured");
  await page.close();
  return ms;
}

async function timeKeystrokes({ browser, url }: ByHand): Promise<readonly number[]> {
  const page = await browser.newPage();
  await page.goto(url);
  const user = new PhoneUser(page);
  await user.openFlow("large");
  await user.phone.getByLabel("Typed").click();
  const times: number[] = [];
  for (let typed = 0; typed < KEYSTROKES; typed += 1) {
    await page.evaluate(watch("keydown"));
    await page.keyboard.press("a");
    times.push(await page.evaluate<number>("window.measured"));
  }
  await page.close();
  return times;
}

/** For the page: from the next event's own time until the first frame in which the screen's text is another is drawn. */
function watch(event: "click" | "keydown"): string {
  return `void (window.measured = new Promise((resolve) => {
    const text = () => document.querySelector("[data-screen]")?.textContent;
    const before = text();
    const drawn = (timeStamp) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve(performance.now() - timeStamp);
      port2.postMessage(null);
    };
    addEventListener("${event}", ({ timeStamp }) => {
      const look = () => (text() === before ? requestAnimationFrame(look) : drawn(timeStamp));
      requestAnimationFrame(look);
    }, { capture: true, once: true });
  }))`;
}

async function reportSize({ browser, url }: ByHand): Promise<void> {
  const page = await browser.newPage();
  const bodies: Promise<Buffer>[] = [];
  page.on("response", (response) => {
    if (!response.url().includes("/api/")) bodies.push(response.body());
  });
  await page.goto(url, { waitUntil: "load" });
  const sizes = (await Promise.all(bodies)).map((body) => gzipSync(body).length);
  await page.close();
  const kilobytes = sizes.reduce((sum, size) => sum + size, 0) / 1000;
  process.stdout.write(
    `${"page, compressed".padEnd(28)} ${kilobytes.toFixed(1).padStart(7)} kB  (${sizes.length} files)\n`,
  );
}

await main();
