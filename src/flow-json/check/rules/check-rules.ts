// Meta's semantic rules, in the order in which Meta's upload runs them and with what it runs twice.
// A version that skips a rule skips it here too: `metaSkips` tells the rules that were left out, for
// whoever wants to hear of them all the same.
// Source: observed in Meta's web client, August 2026.

import { isAtLeast, type FlowJsonVersion } from "../../versions.ts";
import type { CheckedFlow, Finding } from "../finding.ts";
import { viewFlow } from "../flow-view.ts";
import { calendarPickers } from "./calendar-pickers.ts";
import { componentCount, componentsOfType, mediaPickerCount } from "./component-limits.ts";
import { componentNames, componentsOutsideForm } from "./component-names.ts";
import { conditions } from "./conditions.ts";
import { dataModels } from "./data-models.ts";
import { dataReferences, richTextBindings, textLists } from "./data-references.ts";
import { datePickers } from "./date-pickers.ts";
import {
  declaredConnections,
  declaredEntry,
  declaredRoutes,
  directRoutes,
} from "./declared-routes.ts";
import { derivedConnections, derivedEntry, nextScreens } from "./derived-routes.ts";
import { endpointProperties, refreshOnBack } from "./endpoint-properties.ts";
import { expressions, payloadExpressions } from "./expressions.ts";
import { formEntryTypes, mediaInitValues } from "./form-values.ts";
import { imageCarousels } from "./image-carousels.ts";
import { inputPatterns } from "./input-patterns.ts";
import { emptyBranches, emptySwitches, ifDepth } from "./logic-components.ts";
import { navigatePayload } from "./navigate-payload.ts";
import { dynamicNavigateValues, staticNavigateValues } from "./navigate-values.ts";
import { navigationLists } from "./navigation-lists.ts";
import { optionImages } from "./option-images.ts";
import { payloadReferences } from "./payload-references.ts";
import { navigationListPlacement, richTextPlacement } from "./placement.ts";
import { type Rule, runRule } from "./rule.ts";
import { screenCount, screenIds } from "./screen-ids.ts";
import { sensitiveFields } from "./sensitive-fields.ts";
import {
  completeActions,
  terminalFooter,
  terminalNavigationList,
  terminalScreen,
  terminalSuccess,
} from "./terminal-screens.ts";
import { updateData } from "./update-data.ts";
import { valueRanges } from "./value-ranges.ts";

type RunsIn = (version: FlowJsonVersion) => boolean;

const since =
  (minimum: string): RunsIn =>
  (version) =>
    isAtLeast(version, minimum);
/** What 6.3 dropped and 7.3 brought back. */
const not63To72: RunsIn = (version) => !isAtLeast(version, "6.3") || isAtLeast(version, "7.3");
/** What 6.0 dropped and 7.3 brought back. */
const not60To72: RunsIn = (version) => !isAtLeast(version, "6.0") || isAtLeast(version, "7.3");
const not71: RunsIn = (version) => version !== "7.1";

type ListedRule = {
  readonly rule: Rule;
  /** Absent: in every version. */
  readonly runsIn?: RunsIn;
};

const RULES: readonly ListedRule[] = [
  { rule: declaredRoutes },
  { rule: declaredEntry, runsIn: not63To72 },
  { rule: declaredConnections },
  { rule: directRoutes, runsIn: not63To72 },
  { rule: screenCount },
  { rule: screenIds },
  { rule: terminalScreen },
  { rule: mediaPickerCount },
  { rule: componentsOfType },
  { rule: componentCount },
  { rule: valueRanges },
  { rule: endpointProperties },
  { rule: refreshOnBack },
  { rule: nextScreens },
  { rule: derivedEntry, runsIn: not63To72 },
  { rule: derivedConnections },
  { rule: navigatePayload, runsIn: not60To72 },
  { rule: staticNavigateValues, runsIn: not71 },
  // Runs twice from 7.3 on: here, and where it always was.
  { rule: payloadReferences, runsIn: since("7.3") },
  { rule: dynamicNavigateValues, runsIn: not71 },
  { rule: dataModels },
  { rule: dataReferences, runsIn: not71 },
  { rule: textLists },
  { rule: updateData, runsIn: (version) => since("6.0")(version) && not71(version) },
  { rule: terminalSuccess },
  { rule: payloadReferences, runsIn: not71 },
  { rule: completeActions },
  { rule: conditions, runsIn: not71 },
  { rule: emptyBranches },
  { rule: componentNames },
  { rule: optionImages },
  { rule: datePickers },
  { rule: ifDepth },
  { rule: mediaInitValues },
  { rule: emptySwitches },
  { rule: componentsOutsideForm },
  { rule: richTextPlacement },
  { rule: richTextBindings },
  { rule: navigationListPlacement },
  { rule: navigationLists },
  { rule: terminalNavigationList },
  { rule: sensitiveFields },
  { rule: calendarPickers },
  { rule: inputPatterns },
  { rule: formEntryTypes, runsIn: since("7.0") },
  { rule: imageCarousels },
  { rule: expressions, runsIn: since("6.0") },
  { rule: payloadExpressions, runsIn: since("7.2") },
  { rule: terminalFooter, runsIn: since("7.3") },
];

/** Meta's findings of its semantic phase. Total: whatever has the wrong shape is passed over. */
export function checkRules(flow: CheckedFlow): readonly Finding[] {
  const view = viewFlow(flow);
  return RULES.filter(({ runsIn }) => runsIn?.(flow.version) ?? true).flatMap(({ rule }) =>
    runRule(rule, view, flow.source, { source: "meta", severity: "error" }),
  );
}

/** The rules that Meta runs in other versions but not in this one, each once. */
export function metaSkips(version: FlowJsonVersion): readonly Rule[] {
  const runs = new Set(
    RULES.filter(({ runsIn }) => runsIn?.(version) ?? true).map(({ rule }) => rule),
  );
  return [...new Set(RULES.map(({ rule }) => rule))].filter((rule) => !runs.has(rule));
}
