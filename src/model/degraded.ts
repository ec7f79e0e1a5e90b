/** A chat model as a member of groups that ask for more than it has: it answers without what it was told to do without. */
import type { AnyControls } from "./dynamic.js";
import type { Capability, ChatProfile, Nothing, Unbounded } from "./profile.js";
import type { ChatReply, ChatStream } from "./reply.js";
import type { ChatRequest } from "./request.js";
import type { Schema } from "./schema.js";

/** What can be left out of a request: a structured output cannot, as the reply promises it. */
export type Degradable = Exclude<Capability, "output">;

/** The profile of what a degraded model accepts, though it does not use it. */
export interface Degraded<P extends ChatProfile, C extends string> extends ChatProfile {
  can: P["can"] | C;
  lacks: P["lacks"];
  toolChoice: "tools" extends C ? "auto" | "none" | "required" | "named" : P["toolChoice"];
  temperature: "temperature" extends C ? Unbounded : P["temperature"];
  sampling: Exclude<P["sampling"], C>;
  off: P["off"];
  reasoning: "reasoning" extends C ? AnyControls : P["reasoning"];
  enums: P["enums"];
  options: P["options"];
  builtinTools: P["builtinTools"];
  gives: P["gives"];
}

/** What `degrade` gives. */
export interface DegradedModel<P extends ChatProfile, Id extends string, C extends string> {
  readonly kind: "chat";
  /** What is left out of its requests; each time it happens it is listed in `reply.adjustments`. */
  readonly without: readonly C[];
  chat<T = Nothing, S extends Schema = never, N extends number = number, const R = Nothing>(
    request: ChatRequest<Degraded<P, C>, Id, T, S, N, R>,
  ): Promise<ChatReply<Degraded<P, C>, Id, T, S>>;
  stream<T = Nothing, S extends Schema = never, N extends number = number, const R = Nothing>(
    request: ChatRequest<Degraded<P, C>, Id, T, S, N, R>,
  ): ChatStream<ChatReply<Degraded<P, C>, Id, T, S>>;
}
