// What the phone knows at this moment: data and form of the screen shown, and what the Footer waits for.

import type { JSX } from "preact";
import { screenState } from "../../../phone/phone-state.ts";
import { footerOf } from "../../../phone/view.ts";
import type { FlowSession } from "../player-state.ts";
import { describeProblem } from "../phone/input-problem.ts";
import { view } from "../../../phone/view.ts";
import { JsonView } from "./json-view.tsx";

export function StatePanel({ session: { phone } }: { readonly session: FlowSession }): JSX.Element {
  if (phone === null || phone.history.length === 0) {
    return (
      <p class="empty">Open the flow on the phone: its data and answers are shown here, live.</p>
    );
  }
  const shown = phone.history.at(-1) ?? "";
  const others = [...phone.screens.keys()].filter((id) => id !== shown);
  const { data, form } = screenState(phone, shown);
  return (
    <>
      <p class="trail" aria-label="History">
        {phone.history.map((id, index) => (
          <span key={index} class={index === phone.history.length - 1 ? "tag is-now" : "tag"}>
            {id}
          </span>
        ))}
        <span class="quiet">{phone.phase.kind}</span>
      </p>
      {phone.phase.kind === "failed" && (
        <p class="complaint">
          {phone.phase.failure.error}: {phone.phase.failure.detail}
        </p>
      )}
      <Blocked phone={phone} />
      <JsonView label="form" value={form} />
      <JsonView label="data" value={data} />
      {others.map((id) => (
        <details key={id} class="other-screen">
          <summary>{id}</summary>
          <JsonView label={`form of ${id}`} value={screenState(phone, id).form} />
          <JsonView label={`data of ${id}`} value={screenState(phone, id).data} />
        </details>
      ))}
    </>
  );
}

function Blocked({
  phone,
}: {
  readonly phone: NonNullable<FlowSession["phone"]>;
}): JSX.Element | null {
  const blockedBy = footerOf(phone)?.blockedBy ?? [];
  if (blockedBy.length === 0) return null;
  const byName = new Map(view(phone).components.map((component) => [component.name, component]));
  return (
    <p class="blocked">
      The footer waits for{" "}
      {blockedBy.map(({ name, problem }, index) => {
        const component = byName.get(name);
        const reason = component === undefined ? problem : describeProblem(component, problem);
        return (
          <span key={name} title={reason}>
            {index > 0 && ", "}
            <code>{name}</code> ({problem})
          </span>
        );
      })}
    </p>
  );
}
