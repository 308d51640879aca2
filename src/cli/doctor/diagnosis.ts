// What the doctor says of one thing it looked at. Nothing secret is ever in it: settings, keys and files go by name, and
// what a user or Meta could have put a number into is cleaned by whoever quotes it.

export type Diagnosis = {
  /** Names what was looked at; the same in every run. */
  readonly check: string;
  readonly state: "ok" | "warn" | "fail" | "skipped";
  readonly detail: string;
  /** The next step; empty where there is none to take. */
  readonly remedy: string;
};

export function passed(check: string, detail: string): Diagnosis {
  return { check, state: "ok", detail, remedy: "" };
}

export function warned(check: string, detail: string, remedy: string): Diagnosis {
  return { check, state: "warn", detail, remedy };
}

export function failed(check: string, detail: string, remedy: string): Diagnosis {
  return { check, state: "fail", detail, remedy };
}

export function skipped(check: string, detail: string, remedy = ""): Diagnosis {
  return { check, state: "skipped", detail, remedy };
}

/**
 * A failure in the words of an error, whose remedy follows its last semicolon.
 *
 * @param remedy  for an error that names none
 */
export function failedWith(check: string, message: string, remedy: string): Diagnosis {
  const [firstLine = ""] = message.split("\n");
  const at = firstLine.lastIndexOf("; ");
  return at === -1
    ? failed(check, firstLine, remedy)
    : failed(check, firstLine.slice(0, at), firstLine.slice(at + 2));
}
