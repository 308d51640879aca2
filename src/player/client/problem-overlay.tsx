// What a saved file broke, over the phone until it is mended.

import type { JSX } from "preact";
import type { PlayerProblem } from "../api.ts";

export function ProblemOverlay({ problem }: { readonly problem: PlayerProblem }): JSX.Element {
  const { message, file, line, column } = problem;
  const place = [file, line, column].filter((part) => part !== null).join(":");
  return (
    <div class="problem" role="alert">
      <h2>This must be mended first</h2>
      {place !== "" && <code class="problem-place">{place}</code>}
      <pre>{message}</pre>
      <p class="quiet">Save the file, and the phone goes on.</p>
    </div>
  );
}
