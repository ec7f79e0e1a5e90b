/** Decides how the next member goes on after a failure: what was seen, what the caller wants, and what the catalog says it can. */
import { accepted, assumeOf, prefill } from "../catalog/capabilities.js";
import type { SwitchEvent } from "../chat/events.js";
import type { ChatOptions } from "../client/options.js";
import { type ErrorCode, isModelwrightError } from "../errors.js";
import { Continuation } from "./continuation.js";
import type { Member } from "./member.js";

/** What happens when an answer breaks after its first visible event. */
export type MidStream = "fail" | "restart" | "resume" | "auto";

/** When a group goes on to its next member, and how. */
export interface RouteOptions {
  /**
   * `fail` (default): the error is thrown, with what arrived. `restart`: the next member answers anew, after a `switch`
   * event that says what was lost. `resume`: the next member continues the text, where it accepts a begun answer.
   * `auto`: resume where the catalog says that the member can, else restart. Steps of a tool loop that were finished
   * are kept in any case.
   */
  readonly midStream?: MidStream | undefined;
  /** Codes on which the next member is tried; by default those the error table calls fallbackable. */
  readonly fallbackOn?: readonly ErrorCode[] | undefined;
}

export interface HandOver {
  readonly mode: SwitchEvent["mode"];
  /** Of a resumed answer. */
  readonly continuation: Continuation | undefined;
}

interface Broken {
  readonly target: Member;
  readonly error: unknown;
  /** Of the unfinished answer. */
  readonly text: string;
  readonly seen: { readonly step: boolean; readonly beyondText: boolean };
  readonly route: RouteOptions;
  readonly request: ChatOptions;
  readonly requestWith: (continuation: Continuation) => ChatOptions;
}

/** Undefined when the call has failed. */
export async function handOverMode(broken: Broken): Promise<HandOver | undefined> {
  const { error, seen, route } = broken;
  const { fallbackOn, midStream = "fail" } = route;
  if (!isModelwrightError(error) || !(fallbackOn?.includes(error.code) ?? error.fallbackable)) return undefined;
  if (!seen.step) return { mode: "fallback", continuation: undefined };
  if (midStream === "fail") return undefined;
  const continuation = midStream === "restart" ? undefined : await continuationFor(broken, midStream);
  if (continuation !== undefined) return { mode: "resume", continuation };
  return midStream === "resume" ? undefined : { mode: "restart", continuation: undefined };
}

/** The continuation of the text, when text is all that was seen and the target takes it up. */
async function continuationFor(broken: Broken, wanted: "resume" | "auto"): Promise<Continuation | undefined> {
  const { target, text, seen, request, requestWith } = broken;
  // An enforced schema begins its answer anew.
  if (seen.beyondText || request.output !== undefined) return undefined;
  const can = target.models.every(({ provider, model }) => {
    const answer = prefill(model);
    return wanted === "auto" ? answer === "yes" : accepted(answer, assumeOf(provider, model));
  });
  const continuation = new Continuation(text);
  if (!can || continuation.given === "") return undefined;
  try {
    // Rules may take the capability back for this very request, such as while the model reasons.
    await target.check(requestWith(continuation));
    return continuation;
  } catch {
    return undefined;
  }
}
