// Markdown as elements: built one by one, never from a string of HTML.

import type { JSX } from "preact";
import { type Block, type Inline, parseMarkdown } from "./markdown.ts";

export function RichText({ lines }: { readonly lines: readonly string[] }): JSX.Element {
  return (
    <div class="wa-rich">
      {parseMarkdown(lines).map((block, index) => (
        <BlockElement key={index} block={block} />
      ))}
    </div>
  );
}

function BlockElement({ block }: { readonly block: Block }): JSX.Element {
  switch (block.kind) {
    case "heading":
      return block.level === 1 ? (
        <h3 class="wa-heading" dir="auto">
          <InlineElements inline={block.inline} />
        </h3>
      ) : (
        <h4 class="wa-subheading" dir="auto">
          <InlineElements inline={block.inline} />
        </h4>
      );
    case "paragraph":
      return (
        <p class="wa-body" dir="auto">
          <InlineElements inline={block.inline} />
        </p>
      );
    case "list": {
      const items = block.items.map((item, index) => (
        <li key={index} dir="auto">
          <InlineElements inline={item} />
        </li>
      ));
      return block.ordered ? <ol class="wa-list">{items}</ol> : <ul class="wa-list">{items}</ul>;
    }
    case "table":
      return <Table block={block} />;
    case "image":
      return <img class="wa-rich-image" src={block.src} alt={block.alt} />;
  }
}

function Table({ block }: { readonly block: Extract<Block, { kind: "table" }> }): JSX.Element {
  return (
    <div class="wa-table" role="region" aria-label="Table" tabIndex={0}>
      <table>
        <thead>
          <tr>
            {block.head.map((cell, index) => (
              <th key={index} scope="col" dir="auto">
                <InlineElements inline={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {block.rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column} dir="auto">
                  <InlineElements inline={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function InlineElements({ inline }: { readonly inline: readonly Inline[] }): JSX.Element {
  return (
    <>
      {inline.map((each, index) => (
        <InlineElement key={index} inline={each} />
      ))}
    </>
  );
}

function InlineElement({ inline }: { readonly inline: Inline }): JSX.Element {
  switch (inline.kind) {
    case "text":
      return <>{inline.text}</>;
    case "bold":
      return (
        <strong>
          <InlineElements inline={inline.inline} />
        </strong>
      );
    case "italic":
      return (
        <em>
          <InlineElements inline={inline.inline} />
        </em>
      );
    case "strike":
      return (
        <s>
          <InlineElements inline={inline.inline} />
        </s>
      );
    case "link":
      return (
        <a href={inline.href} target="_blank" rel="noopener noreferrer">
          <InlineElements inline={inline.inline} />
        </a>
      );
  }
}
