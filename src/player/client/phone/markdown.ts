// The part of Markdown that WhatsApp knows, as a tree: headings, bold, italic, strikethrough, one level
// of lists, links, pictures in base64 and tables. Everything else is text, HTML above all.
// Source: Meta, "Components" (RichText); tables observed in Meta's web client, August 2026.

export type Block =
  | { readonly kind: "heading"; readonly level: 1 | 2; readonly inline: readonly Inline[] }
  | { readonly kind: "paragraph"; readonly inline: readonly Inline[] }
  | {
      readonly kind: "list";
      readonly ordered: boolean;
      readonly items: readonly (readonly Inline[])[];
    }
  | {
      readonly kind: "table";
      readonly head: readonly (readonly Inline[])[];
      readonly rows: readonly (readonly (readonly Inline[])[])[];
    }
  | { readonly kind: "image"; readonly src: string; readonly alt: string };

export type Inline =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "bold" | "italic" | "strike"; readonly inline: readonly Inline[] }
  | { readonly kind: "link"; readonly href: string; readonly inline: readonly Inline[] };

const BULLET = /^\s*[-+*]\s+(.*)$/;
const NUMBER = /^\s*\d+\.\s+(.*)$/;
const IMAGE = /^!\[([^\]]*)\]\((data:image\/(?:png|jpeg|webp);base64,[A-Za-z0-9+/=]+)\)$/;
const TABLE_RULE = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;

/** @param lines as the component's `text` gives them: one string, or one per paragraph */
export function parseMarkdown(lines: readonly string[]): readonly Block[] {
  const rest = lines.flatMap((line) => line.split("\n"));
  const blocks: Block[] = [];
  while (rest.length > 0) {
    const block = takeBlock(rest);
    if (block !== null) blocks.push(block);
  }
  return blocks;
}

/** Takes the first block's lines away; `null` for an empty line. */
function takeBlock(rest: string[]): Block | null {
  const line = rest.shift() ?? "";
  if (line.trim() === "") return null;
  const heading = /^(#{1,6})\s+(.*)$/.exec(line.trim());
  if (heading !== null) {
    const [, marks = "", text = ""] = heading;
    const inline = parseInline(text);
    if (marks.length > 2) return { kind: "paragraph", inline };
    return { kind: "heading", level: marks.length === 1 ? 1 : 2, inline };
  }
  const image = IMAGE.exec(line.trim());
  if (image !== null) return { kind: "image", alt: image[1] ?? "", src: image[2] ?? "" };
  for (const mark of [BULLET, NUMBER]) {
    if (mark.test(line)) return takeList(line, rest, mark);
  }
  if (line.includes("|") && TABLE_RULE.test(rest[0] ?? "")) return takeTable(line, rest);
  return { kind: "paragraph", inline: parseInline(line) };
}

function takeList(first: string, rest: string[], mark: RegExp): Block {
  const items = [first];
  while (mark.test(rest[0] ?? "")) items.push(rest.shift() ?? "");
  return {
    kind: "list",
    ordered: mark === NUMBER,
    items: items.map((item) => parseInline(mark.exec(item)?.[1] ?? "")),
  };
}

function takeTable(first: string, rest: string[]): Block {
  rest.shift();
  const rows: string[] = [];
  while (rest[0]?.includes("|") === true) rows.push(rest.shift() ?? "");
  return { kind: "table", head: cellsOf(first), rows: rows.map(cellsOf) };
}

function cellsOf(row: string): readonly (readonly Inline[])[] {
  const inner = row.trim().replace(/^\|/, "").replace(/\|$/, "");
  return inner.split("|").map((cell) => parseInline(cell.trim()));
}

// Emphasis holds at least one character that is no space at either end, so that 2 * 3 * 4 stays as it is.
const INLINE =
  /(?<!!)\[([^\]]+)\]\(([^()\s]+)\)|\*\*(?=\S)(.+?)(?<=\S)\*\*(?!\*)|~~(?=\S)(.+?)(?<=\S)~~|\*(?=\S)(.+?)(?<=\S)\*/;

function parseInline(text: string): readonly Inline[] {
  const match = INLINE.exec(text);
  if (match === null) return text === "" ? [] : [{ kind: "text", text }];
  const [whole, label, href, bold, strike, italic] = match;
  return [
    ...parseInline(text.slice(0, match.index)),
    ...marked(whole, { label, href, bold, strike, italic }),
    ...parseInline(text.slice(match.index + whole.length)),
  ];
}

type Marked = Readonly<Record<"label" | "href" | "bold" | "strike" | "italic", string | undefined>>;

function marked(whole: string, { label, href, bold, strike, italic }: Marked): readonly Inline[] {
  if (bold !== undefined) return [{ kind: "bold", inline: parseInline(bold) }];
  if (strike !== undefined) return [{ kind: "strike", inline: parseInline(strike) }];
  if (italic !== undefined) return [{ kind: "italic", inline: parseInline(italic) }];
  // Clients open the web and nothing else.
  if (label === undefined || href === undefined || !/^https?:\/\//i.test(href)) {
    return [{ kind: "text", text: whole }];
  }
  return [{ kind: "link", href, inline: parseInline(label) }];
}
