// flow.json as it is on disk, with what the linter finds in it. Only the lines in sight are elements:
// pictures make some of these files long.

import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Finding } from "../../../flow-json/check/finding.ts";
import { usePlayer } from "../player-context.ts";
import type { FlowSession } from "../player-state.ts";

const LINE_PX = 20;
const AROUND = 20;
/** A picture's base64 is one line of up to 400,000 characters. */
const LONGEST_LINE = 500;

export type Jump = { readonly line: number };

export function SourceView({
  session,
  jump,
}: {
  readonly session: FlowSession;
  /** A new object jumps anew, to the same line too. */
  readonly jump: Jump | null;
}): JSX.Element {
  const { findings, flowJson } = session.detail;
  const lines = useMemo(() => flowJson.split("\n"), [flowJson]);
  const byLine = useMemo(() => Map.groupBy(findings, ({ range }) => range.line), [findings]);
  const scroller = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [lit, setLit] = useState<Jump | null>(null);
  const go = (target: Jump): void => {
    setLit(target);
    const element = scroller.current;
    if (element !== null) element.scrollTop = Math.max(0, (target.line - 6) * LINE_PX);
  };
  useEffect(() => {
    if (jump !== null) go(jump);
  }, [jump]);

  const first = Math.max(0, Math.floor(top / LINE_PX) - AROUND);
  const last = Math.min(lines.length, first + 60 + AROUND * 2);
  return (
    <>
      <Findings findings={findings} onJump={(line) => go({ line })} />
      <div
        class="source"
        ref={scroller}
        role="region"
        aria-label="flow.json"
        tabIndex={0}
        onScroll={({ currentTarget }) => setTop(currentTarget.scrollTop)}
      >
        <div class="source-lines" style={{ height: `${lines.length * LINE_PX}px` }}>
          <div class="source-window" style={{ transform: `translateY(${first * LINE_PX}px)` }}>
            {lines.slice(first, last).map((text, index) => {
              const line = first + index + 1;
              return (
                <SourceLine
                  key={line}
                  line={line}
                  text={text}
                  findings={byLine.get(line) ?? []}
                  isLit={lit?.line === line}
                />
              );
            })}
          </div>
        </div>
      </div>
    </>
  );
}

function SourceLine({
  line,
  text,
  findings,
  isLit,
}: {
  readonly line: number;
  readonly text: string;
  readonly findings: readonly Finding[];
  readonly isLit: boolean;
}): JSX.Element {
  const worst = findings.some(({ severity }) => severity === "error") ? "error" : "warning";
  const classes = ["source-line", isLit ? "is-lit" : "", findings.length > 0 ? `is-${worst}` : ""];
  return (
    <div
      class={classes.filter(Boolean).join(" ")}
      aria-current={isLit ? "location" : undefined}
      title={findings.map(({ message }) => message).join("\n")}
    >
      <span class="source-number">{line}</span>
      <code>{text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE)}…` : text}</code>
    </div>
  );
}

function Findings({
  findings,
  onJump,
}: {
  readonly findings: readonly Finding[];
  readonly onJump: (line: number) => void;
}): JSX.Element {
  const player = usePlayer();
  if (findings.length === 0) {
    return <p class="empty is-good">The linter finds nothing wrong with this flow.</p>;
  }
  return (
    <ul class="findings" aria-label="Findings">
      {findings.map((finding, index) => (
        <li key={index} class={`is-${finding.severity}`}>
          <button
            type="button"
            onClick={() => {
              player.tell(null);
              onJump(finding.range.line);
            }}
          >
            <span class="finding-place">
              {finding.range.line}:{finding.range.column}
            </span>
            <span>
              <strong>{finding.message}</strong>
              <span class="quiet">{finding.hint}</span>
              <code>
                {finding.code}
                {finding.source === "meta" ? " · Meta refuses it" : ""}
              </code>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
