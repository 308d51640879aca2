// Bindings in payloads: what they refer to must exist, and media may only go where media can go.
// From 7.3 on Meta runs this check twice and reports everything twice.
// Source: Meta, "Flow JSON" and "Media upload"; observed in Meta's web client, August 2026.

import type { Action } from "../../action.ts";
import { parseBinding } from "../../binding.ts";
import type { Component } from "../../component-tree.ts";
import { explainReference } from "../explain-reference.ts";
import type { FlowView, ScreenView } from "../flow-view.ts";
import { isMediaPicker } from "./component-limits.ts";
import { payloadTexts } from "./payload-values.ts";
import { type Problem, replaceValue } from "./rule.ts";

const CODE = "INVALID_ON_CLICK_ACTION_PAYLOAD";
const MAX_FILES = 10;
const MAX_KILOBYTES = 102_400;

export function* payloadReferences(flow: FlowView): Generator<Problem> {
  for (const screen of flow.screens) {
    for (const action of screen.flat.flatMap(({ actions }) => actions)) {
      yield* checkPayload(flow, screen, action);
    }
  }
}

function* checkPayload(flow: FlowView, screen: ScreenView, action: Action): Generator<Problem> {
  const media: Component[] = [];
  for (const { text, path, isDirect } of payloadTexts(action.payload ?? {}, [
    ...action.path,
    "payload",
  ])) {
    const reference = parseBinding(text);
    if (reference === null) continue;
    const found = flow.resolve(reference, screen);
    if (found.kind !== "found") {
      const { message, hint, instead } = explainReference(flow, reference, found);
      const fix = instead === null ? null : replaceValue(path, instead);
      yield { code: CODE, at: path, message, hint, fix };
    } else if (found.input !== null && isMediaPicker(found.input)) {
      if (action.name === "navigate") {
        yield {
          code: CODE,
          at: path,
          message: `navigate cannot hand over the files of a ${found.input.type}`,
          hint: "send them with complete or data_exchange",
        };
      } else if (!isDirect) {
        yield {
          code: CODE,
          at: path,
          message: `the files of a ${found.input.type} stand inside another value`,
          hint: "put them directly under a key of the payload",
        };
      } else {
        media.push(found.input);
      }
    }
  }
  if (action.name === "complete") yield* checkAmount(media, action);
}

/** What the configured maxima come to, however little is picked in the end. */
function* checkAmount(pickers: readonly Component[], { path }: Action): Generator<Problem> {
  let files = 0;
  let kilobytes = 0;
  for (const picker of pickers) {
    const most = maxFiles(picker);
    files += most;
    kilobytes += most * (numberAt(picker, "max-file-size-kb") ?? 25_600);
  }
  const at = [...path, "payload"];
  if (files > MAX_FILES) {
    yield {
      code: CODE,
      at,
      message: `complete may carry ${files} files; ${MAX_FILES} is the limit`,
      hint: "lower max-uploaded-photos or max-uploaded-documents",
    };
  }
  if (kilobytes > MAX_KILOBYTES) {
    yield {
      code: CODE,
      at,
      message: `complete may carry ${kilobytes} KB of files; ${MAX_KILOBYTES} is the limit`,
      hint: "lower max-file-size-kb, or the number of files",
    };
  }
}

function maxFiles(picker: Component): number {
  const property = picker.type === "PhotoPicker" ? "max-uploaded-photos" : "max-uploaded-documents";
  return numberAt(picker, property) ?? 30;
}

function numberAt({ properties }: Component, property: string): number | undefined {
  const value = properties[property];
  return typeof value === "number" ? value : undefined;
}
