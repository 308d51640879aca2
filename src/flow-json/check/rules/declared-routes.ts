// `routing_model`: every screen in it, every name in it a screen, no way back, no loop, a way in, and
// a direct edge for every `navigate`.
// Source: Meta, "Flow JSON", routing model; paths observed in Meta's web client, August 2026.

import type { FlowView } from "../flow-view.ts";
import { nearestName } from "../nearest-name.ts";
import { unconnectedScreens } from "./connectivity.ts";
import { navigations } from "./navigations.ts";
import { type Problem, replaceKey, replaceValue } from "./rule.ts";

const CODE = "INVALID_ROUTING_MODEL";
const MAX_BRANCHES = 10;

export function* declaredRoutes(flow: FlowView): Generator<Problem> {
  if (flow.document.routingModel === null) return;
  yield* missingScreens(flow);
  yield* branches(flow);
  yield* selfLoops(flow);
  yield* unknownScreens(flow);
  yield* backRoutes(flow);
}

function* missingScreens({ screens, document }: FlowView): Generator<Problem> {
  for (const { id, path, terminal } of screens) {
    if (terminal || document.routingModel?.has(id) !== false) continue;
    yield {
      code: CODE,
      at: [...path, "id"],
      message: `screen ${id} is not in the routing model`,
      hint: `add "${id}": [] to routing_model, with the screens it leads to`,
    };
  }
}

function* branches({ document }: FlowView): Generator<Problem> {
  for (const [from, targets] of document.routingModel ?? []) {
    if (targets.length <= MAX_BRANCHES) continue;
    yield {
      code: CODE,
      at: ["routing_model", from],
      message: `screen ${from} leads to ${targets.length} screens; ${MAX_BRANCHES} are allowed`,
      hint: "put a screen in between, so that each leads to ten at most",
    };
  }
}

function* selfLoops({ document }: FlowView): Generator<Problem> {
  for (const [from, targets] of document.routingModel ?? []) {
    for (const [index, to] of targets.entries()) {
      if (to !== from) continue;
      yield {
        code: CODE,
        at: ["routing_model", from, index],
        message: `screen ${from} leads to itself`,
        hint: "remove it from its own list; a screen may always be shown again",
      };
    }
  }
}

function* unknownScreens(flow: FlowView): Generator<Problem> {
  const ids = flow.screens.map(({ id }) => id);
  for (const [from, targets] of flow.document.routingModel ?? []) {
    if (flow.screen(from) === undefined) {
      const near = nearestName(from, ids);
      const at = ["routing_model", from];
      yield {
        code: CODE,
        at,
        part: "key",
        message: `the routing model names screen ${from}, which does not exist`,
        hint: unknownHint(from, near),
        fix: near === null ? null : replaceKey(at, near),
      };
    }
    for (const [index, to] of targets.entries()) {
      if (to === "" || flow.screen(to) !== undefined) continue;
      const near = nearestName(to, ids);
      const at = ["routing_model", from, index];
      yield {
        code: CODE,
        at,
        message: `the routing model names screen ${to}, which does not exist`,
        hint: unknownHint(to, near),
        fix: near === null ? null : replaceValue(at, near),
      };
    }
  }
}

function unknownHint(written: string, near: string | null): string {
  if (near !== null) return `write \`${near}\``;
  return written === "SUCCESS"
    ? "remove it; ending the flow needs no route"
    : "remove it, or add the screen";
}

function* backRoutes({ document }: FlowView): Generator<Problem> {
  const seen = new Set<string>();
  for (const [from, targets] of document.routingModel ?? []) {
    for (const [index, to] of targets.entries()) {
      if (to !== from && seen.has(edge(to, from))) {
        yield {
          code: CODE,
          at: ["routing_model", from, index],
          message: `the routing model has a route from ${from} back to ${to}`,
          hint: "keep only the forward route; going back needs none",
        };
      }
      seen.add(edge(from, to));
    }
  }
}

export function* declaredEntry({ document, screens }: FlowView): Generator<Problem> {
  const routes = document.routingModel;
  if (routes === null || screens.length === 0) return;
  const targets = new Set([...routes.values()].flat());
  if (screens.some(({ id }) => !targets.has(id))) return;
  yield {
    code: CODE,
    at: ["routing_model"],
    message: "every screen is led to by another, so none can be the first",
    hint: "leave the first screen out of every list",
  };
}

export function* declaredConnections({ document, screens }: FlowView): Generator<Problem> {
  const routes = document.routingModel;
  if (routes === null) return;
  for (const { id, path } of unconnectedScreens(screens, routes)) {
    yield {
      code: CODE,
      at: [...path, "id"],
      message: `no route connects screen ${id} with the first screen`,
      hint: `add ${id} to the list of a screen that leads to it`,
    };
  }
}

export function* directRoutes(flow: FlowView): Generator<Problem> {
  const routes = flow.document.routingModel;
  if (routes === null) return;
  const edges = new Set(
    [...routes].flatMap(([from, targets]) => targets.map((to) => edge(from, to))),
  );
  for (const { screen, action, target } of navigations(flow)) {
    if (target === undefined || target.id === screen.id) continue;
    if (edges.has(edge(screen.id, target.id))) continue;
    yield {
      code: CODE,
      at: [...action.path, "next", "name"],
      message: `the routing model has no route from ${screen.id} to ${target.id}`,
      hint: `add "${target.id}" to routing_model.${screen.id}`,
    };
  }
}

/** Screen ids hold no space. */
function edge(from: string, to: string): string {
  return `${from} ${to}`;
}
