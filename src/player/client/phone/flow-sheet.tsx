// The open flow as it covers the chat: head, screen, foot, and what lies over them while something is
// awaited, has failed or is to be said.

import type { JSX } from "preact";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { PhoneState } from "../../../phone/phone-state.ts";
import { type View, view, type ViewFooter } from "../../../phone/view.ts";
import { usePlayer } from "../player-context.ts";
import { PhoneComponent } from "./phone-component.tsx";

export function FlowSheet({
  phone,
  business,
}: {
  readonly phone: PhoneState;
  readonly business: string;
}): JSX.Element {
  const player = usePlayer();
  const shown = useMemo(() => view(phone), [phone]);
  const isWaiting = shown.phase.kind === "waiting";
  const isCovered = isWaiting || shown.phase.kind === "failed";
  const body = useRef<HTMLDivElement>(null);
  useScreenFocus(body, shown);
  const keepFocus = useFocusKept(isCovered);
  return (
    <section
      class="wa-flow"
      aria-label={shown.title || "Flow"}
      dir={directionOf(shown)}
      onKeyDown={(event) => event.key === "Escape" && player.closeFlow()}
    >
      <header class="wa-flow-head">
        {shown.hasBack ? (
          <button
            type="button"
            class="wa-icon wa-back"
            aria-label="Back"
            disabled={isCovered}
            onClick={() => player.back()}
          >
            ←
          </button>
        ) : (
          <button
            type="button"
            class="wa-icon"
            aria-label="Close"
            onClick={() => player.closeFlow()}
          >
            ✕
          </button>
        )}
        <h2 dir="auto">{shown.title}</h2>
        {shown.hasBack && (
          <button
            type="button"
            class="wa-icon"
            aria-label="Close"
            onClick={() => player.closeFlow()}
          >
            ✕
          </button>
        )}
      </header>
      <div
        class="wa-screen"
        key={shown.screen}
        ref={body}
        tabIndex={-1}
        inert={isCovered}
        aria-busy={isWaiting}
        data-screen={shown.screen}
        onFocusCapture={keepFocus}
      >
        {shown.components.map((component) => (
          <PhoneComponent key={component.key} component={component} />
        ))}
      </div>
      {shown.footer !== null && (
        <Footer footer={shown.footer} isWaiting={isWaiting} business={business} />
      )}
      {isWaiting && (
        <div class={shown.screen === null ? "wa-waiting is-first" : "wa-waiting"} role="status">
          <span class="wa-spinner" aria-hidden="true" />
          <span class="visually-hidden">Loading</span>
        </div>
      )}
      <Failure view={shown} />
      <div class="wa-snackbar-place" role="status" aria-live="polite">
        {shown.snackbar !== null && (
          <div class="wa-snackbar">
            <span dir="auto">{shown.snackbar}</span>
            <button type="button" aria-label="Dismiss" onClick={() => player.dismissSnackbar()}>
              ✕
            </button>
          </div>
        )}
      </div>
    </section>
  );
}

function Footer({
  footer,
  isWaiting,
  business,
}: {
  readonly footer: ViewFooter;
  readonly isWaiting: boolean;
  readonly business: string;
}): JSX.Element {
  const player = usePlayer();
  const caption = (name: string): string => {
    const text = footer.properties[name];
    return typeof text === "string" ? text : "";
  };
  const center = caption("center-caption");
  const captions = [center === "" ? caption("left-caption") : center, caption("right-caption")];
  const shown = captions.filter((text) => text !== "");
  return (
    <footer class="wa-foot">
      {shown.length > 0 && (
        <div class={center === "" ? "wa-captions" : "wa-captions is-center"}>
          {shown.map((text, index) => (
            <span key={index} dir="auto">
              {text}
            </span>
          ))}
        </div>
      )}
      <button
        type="button"
        class="wa-button"
        dir="auto"
        disabled={!footer.enabled}
        aria-busy={isWaiting}
        onClick={() => player.press({ kind: "footer" })}
      >
        {footer.label}
      </button>
      <p class="wa-managed" dir="ltr">
        Managed by <bdi>{business}</bdi>
      </p>
    </footer>
  );
}

function Failure({ view: { phase, screen } }: { readonly view: View }): JSX.Element | null {
  const player = usePlayer();
  const panel = useRef<HTMLDivElement>(null);
  const isShown = phase.kind === "failed";
  useLayoutEffect(() => {
    if (isShown) panel.current?.querySelector("button")?.focus();
  }, [isShown]);
  if (phase.kind !== "failed") return null;
  const canRetry = phase.failure.retry !== null;
  return (
    <div class="wa-sheet-cover" ref={panel}>
      <div
        class="wa-failure"
        role="alertdialog"
        aria-modal="true"
        aria-labelledby="wa-failure-title"
      >
        <h3 id="wa-failure-title">Something went wrong</h3>
        <p>{canRetry ? "Check your connection and try again." : "Try again later."}</p>
        <div class="wa-failure-buttons">
          {canRetry && (
            <button type="button" class="wa-link" onClick={() => player.retry()}>
              Try again
            </button>
          )}
          <button type="button" class="wa-link" onClick={() => player.dismissFailure()}>
            {screen === null ? "Close" : "OK"}
          </button>
        </div>
      </div>
    </div>
  );
}

/** A new screen takes the focus, so that it is read from its start. */
function useScreenFocus(body: { readonly current: HTMLElement | null }, { screen }: View): void {
  useLayoutEffect(() => {
    if (screen !== null) body.current?.focus({ preventScroll: true });
  }, [screen]);
}

/**
 * Who was at an input goes on there when the answer is in.
 *
 * @returns what to call with every focus on the screen
 */
function useFocusKept(isCovered: boolean): (event: FocusEvent) => void {
  const kept = useRef<HTMLElement | null>(null);
  useLayoutEffect(() => {
    const isLost = document.activeElement === document.body;
    if (!isCovered && isLost) kept.current?.focus({ preventScroll: true });
  }, [isCovered]);
  return ({ target }) => {
    if (target instanceof HTMLElement && target.closest(".wa-sheet") === null)
      kept.current = target;
  };
}

const RTL = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}]/u;

/** By the first letter that is read: a phone would go by its own language. */
function directionOf({ title, components }: View): "ltr" | "rtl" {
  const [letter] =
    /\p{L}/u.exec([title, ...components.flatMap(({ texts }) => texts)].join(" ")) ?? [];
  return letter !== undefined && RTL.test(letter) ? "rtl" : "ltr";
}
