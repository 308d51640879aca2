// Prometheus' text as values: enough of it to ask which metrics there are, with which labels.

export type Sample = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
};

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

export function parseScrape(text: string): readonly Sample[] {
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [, name = "", labels = "", value = ""] = LINE.exec(line) ?? [];
      if (name === "") throw new Error(`no sample: ${line}`);
      const pairs = [...labels.matchAll(LABEL)].map(
        ([, label = "", quoted = ""]) => [label, quoted] as const,
      );
      return { name, labels: Object.fromEntries(pairs), value: Number(value) };
    });
}
