/** Groups of chat models behind one handle: failover, turns, weights, price, speed, load, or a strategy of your own. */
import { chatRun } from "../client/chat.js";
import type { ChatOptions } from "../client/options.js";
import { type Startable, type StreamSignal, startable } from "../client/run.js";
import { ChatStream } from "../client/stream.js";
import type { ChatGroup } from "../model/group.js";
import type { RouteOptions } from "./hand-over.js";
import { membersOf } from "./member.js";
import { RouteRun } from "./route-run.js";
import { byCost, byLoad, bySpeed, byWeight, inOrder, inTurn } from "./strategies.js";
import type { Strategy } from "./strategy.js";

/** Any chat handle or group. */
export interface Routable {
  readonly kind: "chat";
}

/** Tries the members in order until one answers. */
export function failover<const Members extends readonly Routable[]>(
  members: Members,
  options: RouteOptions = {},
): ChatGroup<Members> {
  return route(members, inOrder, options);
}

/** Begins each call with the next member. */
export function roundRobin<const Members extends readonly Routable[]>(
  members: Members,
  options: RouteOptions = {},
): ChatGroup<Members> {
  return route(members, inTurn(), options);
}

/** How often each member is begun with. */
export interface WeightedOptions extends RouteOptions {
  /** One per member, in order; a member of weight 0 is never tried. */
  readonly weights: readonly number[];
  /** From 0 to below 1. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** Begins each call with a member chosen by chance, in proportion to the weights. */
export function weighted<const Members extends readonly Routable[]>(
  members: Members,
  options: WeightedOptions,
): ChatGroup<Members> {
  return route(members, byWeight(options.weights, options.random ?? Math.random), options);
}

/** Begins with the member that is expected to cost least for the request. */
export function cheapest<const Members extends readonly Routable[]>(
  members: Members,
  options: RouteOptions = {},
): ChatGroup<Members> {
  return route(members, byCost, options);
}

/** Begins with the member whose first token came soonest of late. */
export function fastest<const Members extends readonly Routable[]>(
  members: Members,
  options: RouteOptions = {},
): ChatGroup<Members> {
  return route(members, bySpeed(), options);
}

/** Begins with the member that has the fewest calls in flight. */
export function leastBusy<const Members extends readonly Routable[]>(
  members: Members,
  options: RouteOptions = {},
): ChatGroup<Members> {
  return route(members, byLoad(), options);
}

/** Tries the members in the order that a strategy of your own gives. */
export function route<const Members extends readonly Routable[]>(
  handles: Members,
  strategy: Strategy,
  options: RouteOptions = {},
): ChatGroup<Members> {
  const members = membersOf(handles);
  const start = (request: ChatOptions, stream: StreamSignal | undefined) =>
    new RouteRun({ members, strategy, options }, request, stream);
  const behind: Startable = {
    start,
    check: async (request) => {
      for (const member of members) await member.check(request);
    },
    origins: async () => (await Promise.all(members.map((member) => member.origins()))).flat(),
    models: members.flatMap((member) => member.models),
  };
  const group = {
    kind: "chat",
    members: handles,
    chat: (request: ChatOptions) => chatRun({ start }, request),
    stream: (request: ChatOptions) => new ChatStream((signal) => start(request, signal), request.signal),
    [startable]: behind,
  };
  // The methods are those of the members, which the types of the group intersect.
  return group as unknown as ChatGroup<Members>;
}
