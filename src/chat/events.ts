/** What a stream yields, for every protocol alike. */

import type { ErrorCode } from "../errors.js";
import type { Cost } from "./cost.js";
import type { AssistantMessage, ImagePart, Replay } from "./message.js";
import type { Usage } from "./usage.js";

/** Why an answer ended, in the same words for every provider. */
export type FinishReason = "stop" | "length" | "tool-calls" | "content-filter" | "refusal" | "error" | "other";

/** Where a statement of the answer comes from. */
export interface Source {
  readonly url?: string | undefined;
  readonly title?: string | undefined;
  /** Cited text, when the provider quotes it. */
  readonly text?: string | undefined;
}

/** The first event: ids are the provider's own, when it states them. */
export interface StartEvent {
  readonly type: "start";
  readonly id?: string | undefined;
  readonly model?: string | undefined;
}
export interface TextDeltaEvent {
  readonly type: "text-delta";
  readonly text: string;
}
export interface ReasoningDeltaEvent {
  readonly type: "reasoning-delta";
  readonly text: string;
  /** On the last piece, when the signature is known that early. The finish's message holds it in any case. */
  readonly replay?: Replay | undefined;
}
export interface RefusalDeltaEvent {
  readonly type: "refusal-delta";
  readonly text: string;
}
/** Preview only: the call is not finished and must not be run. `index` joins start and deltas. */
export interface ToolCallStartEvent {
  readonly type: "tool-call-start";
  readonly index: number;
  readonly id: string;
  readonly name: string;
}
/** Preview only: a piece of the arguments' JSON text. */
export interface ToolCallDeltaEvent {
  readonly type: "tool-call-delta";
  readonly index: number;
  readonly text: string;
}
/** A complete call: arguments parsed, stream ended by its terminal event. */
export interface ToolCallEvent {
  readonly type: "tool-call";
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}
/** A picture made by the model. */
export interface ImageEvent {
  readonly type: "image";
  readonly image: ImagePart;
}
/** A piece of generated audio. */
export interface AudioDeltaEvent {
  readonly type: "audio-delta";
  readonly data: Uint8Array;
  readonly mediaType: string;
}
export interface SourceEvent {
  readonly type: "source";
  readonly source: Source;
  /** The citation in the provider's own form: who passes the events on cannot wait for the end. */
  readonly replay?: Replay | undefined;
}
/** The last event of one answer of the model. */
export interface FinishEvent {
  readonly type: "finish";
  readonly finishReason: FinishReason;
  /** The provider's own word. */
  readonly rawFinishReason?: string | undefined;
  readonly usage: Usage;
  /** The whole answer, ready to be appended to the history. */
  readonly message: AssistantMessage;
}

/** What a protocol room yields: `start`, then deltas, then the complete tool calls, then exactly one `finish`. */
export type ProtocolEvent =
  | StartEvent
  | TextDeltaEvent
  | ReasoningDeltaEvent
  | RefusalDeltaEvent
  | ToolCallStartEvent
  | ToolCallDeltaEvent
  | ToolCallEvent
  | ImageEvent
  | AudioDeltaEvent
  | SourceEvent
  | FinishEvent;

/** A tool of the caller's ran; what it gave goes back to the model. */
export interface ToolResultEvent {
  readonly type: "tool-result";
  readonly toolCallId: string;
  readonly toolName: string;
  readonly output: unknown;
  /** The tool threw, or its arguments did not fit its schema; `output` is the message. */
  readonly isError: boolean;
}
/** One call of the model within a tool loop is over, and another follows. */
export interface StepFinishEvent {
  readonly type: "step-finish";
  /** From 0. */
  readonly step: number;
  readonly finishReason: FinishReason;
  /** Of this step alone; `finish` holds the sum. */
  readonly usage: Usage;
}

/** A group went from one member to the next. */
export interface SwitchEvent {
  readonly type: "switch";
  /** `provider/model` that failed, and that goes on. */
  readonly from: string;
  readonly to: string;
  /** `fallback`: nothing of the answer had been seen. `restart`: forget `lostText`, the answer begins anew. `resume`: the text goes on. */
  readonly mode: "fallback" | "restart" | "resume";
  readonly code: ErrorCode;
  readonly lostText: string;
  /** Tokens of the answer that broke: as the provider stated them, else counted from the text. Undefined when none was seen. */
  readonly lostUsage: Usage | undefined;
  /** What these tokens cost: an estimate where the usage is one. */
  readonly lostCost: Cost | undefined;
}

/** What a chat stream yields: the events of one answer, or of several with `tool-result`, `step-finish` and `switch` between them. */
export type ChatEvent = ProtocolEvent | ToolResultEvent | StepFinishEvent | SwitchEvent;
