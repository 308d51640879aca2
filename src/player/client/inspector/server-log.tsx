// What the server logged about one exchange: what went wrong beside the exchange itself, everything inside of it.

import type { JSX } from "preact";
import { isJsonArray, isJsonObject, type JsonValue } from "../../../flow-json/json-value.ts";
import type { RelayLogLine } from "../../api.ts";

type Props = { readonly lines: readonly RelayLogLine[] };

/** Why the server did not do as it should: with the cause first, then what to do about it. */
export function ServerProblems({ lines }: Props): JSX.Element | null {
  const problems = lines.filter(isProblem);
  if (problems.length === 0) return null;
  return (
    <ul class="server-problems" aria-label="What the server says about it">
      {problems.map((line, index) => {
        const { fault, causes } = reasonOf(line);
        return (
          <li key={index}>
            {fault !== null && <code>{fault}</code>} {[...causes, line.message].join("; ")}
          </li>
        );
      })}
    </ul>
  );
}

export function ServerLog({ lines }: Props): JSX.Element | null {
  if (lines.length === 0) return null;
  return (
    <section class="server-log" aria-label="The server's log">
      <h4>The server's log</h4>
      <ul>
        {lines.map((line, index) => (
          <li key={index} class={`is-${line.level}`}>
            <strong>{line.level}</strong> {line.message}
            <code>{JSON.stringify(line.fields)}</code>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Whether there is something to mend, whatever the phone was answered. */
export function hasProblems(lines: readonly RelayLogLine[]): boolean {
  return lines.some(isProblem);
}

function isProblem({ level }: RelayLogLine): boolean {
  return level === "warn" || level === "error" || level === "fatal";
}

/** As the server's exchange log words it. */
function reasonOf({ fields }: RelayLogLine): {
  readonly fault: string | null;
  readonly causes: readonly string[];
} {
  // It came as JSON.
  const { fault, reason, err, error } = fields as Readonly<Record<string, JsonValue>>;
  return {
    fault: textOf(fault) ?? textOf(error),
    causes: [describeError(err, fault !== TOO_SLOW), textOf(reason)].filter(
      (cause) => cause !== null,
    ),
  };
}

/** The place that threw is the server's own timer then. */
const TOO_SLOW = "HANDLER_TOO_SLOW";

/** The log leaves messages out that may quote what a user typed; then the error's type has to do. */
function describeError(err: JsonValue | undefined, withPlace: boolean): string | null {
  if (!isJsonObject(err)) return null;
  const { type, message, at } = err;
  const said = textOf(message) ?? textOf(type) ?? "an error";
  const place = withPlace && isJsonArray(at) ? textOf(at[0]) : null;
  return place === null ? said : `${said} at ${place}`;
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === "string" ? value : null;
}
