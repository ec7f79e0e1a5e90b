/** The public surface of modelwright. */
export { assistant, audio, image, pdf, system, text, toolResult, user, video } from "./chat/build.js";
export type { Cost, CostItem } from "./chat/cost.js";
export { costOf } from "./chat/cost.js";
export type { CostContext } from "./chat/cost-prices.js";
export type {
  ChatEvent,
  FinishEvent,
  FinishReason,
  ProtocolEvent,
  Source,
  StepFinishEvent,
  ToolResultEvent,
} from "./chat/events.js";
export type {
  AnyMessage,
  AssistantMessage,
  AssistantPart,
  AudioPart,
  ImagePart,
  MediaSource,
  PdfPart,
  SystemMessage,
  TextPart,
  ToolMessage,
  UserMessage,
  UserPart,
  VideoPart,
} from "./chat/message.js";
export type { NeutralRequest } from "./chat/request.js";
export { unverified } from "./chat/unverified.js";
export type { Usage, UsageBucket, UsageBuckets } from "./chat/usage.js";
export {
  type AnyProvider,
  defineProvider,
  type ProviderDefinition,
  type ProviderLiteral,
} from "./client/define-provider.js";
export type { AnyHandle, ChatHandle, EmbeddingHandle } from "./client/handle.js";
export type { Answer, EventReader, Handler, Middleware, PreparedCall } from "./client/handler.js";
export type { HookCall, Hooks } from "./client/hooks.js";
export type { AnyTool, AnyTools, ChatOptions, ClientOptions, EmbedOptions } from "./client/options.js";
export type { AnyReply } from "./client/reply.js";
export { ChatStream } from "./client/stream.js";
export {
  CapabilityError,
  CatalogError,
  type ErrorCode,
  errorCodes,
  isModelwrightError,
  ModelwrightError,
  PolicyError,
  ProviderError,
  TransportError,
} from "./errors.js";
export type { Adjustment, ListedModel } from "./protocols/protocol.js";
export type { Timeouts, Transport, TransportRequest, TransportResponse } from "./transport/transport.js";
