/** The public surface of modelwright. */
export { assistant, audio, image, pdf, system, text, toolResult, user, video } from "./chat/build.js";
export type { Cost, CostItem } from "./chat/cost.js";
export { costOf } from "./chat/cost.js";
export type { UnitCostItem } from "./chat/cost-meters.js";
export type { CostContext } from "./chat/cost-prices.js";
export type {
  ChatEvent,
  FinishEvent,
  FinishReason,
  ProtocolEvent,
  Source,
  StepFinishEvent,
  SwitchEvent,
  ToolResultEvent,
} from "./chat/events.js";
export type {
  AddedMessage,
  AnyMessage,
  AssistantMessage,
  AssistantPart,
  AudioPart,
  EmbeddingValue,
  ImagePart,
  MediaPart,
  MediaSource,
  PdfPart,
  SystemMessage,
  TextPart,
  ToolMessage,
  UserMessage,
  UserPart,
  VideoPart,
} from "./chat/message.js";
export {
  type CodeBlock,
  codeBlocks,
  jsonIn,
  jsonLines,
  markdownSections,
  type Section,
} from "./chat/read-text.js";
export type { NeutralRequest } from "./chat/request.js";
export type { GeneratedImage, ModerationResult, PartialImage, RankedDocument, TimedText } from "./chat/results.js";
export { type Truncated, type TruncateOptions, truncateMessages } from "./chat/truncate.js";
export type { Meters, Usage, UsageBucket, UsageBuckets } from "./chat/usage.js";
export type { AnyReply } from "./client/any-reply.js";
export { type BatchContext, type BatchOptions, type BatchProgress, type BatchReport, batch } from "./client/batch.js";
export type { ClientOptions, KeyPool, RetryOptions } from "./client/client-options.js";
export type { Clock } from "./client/clock.js";
export type { AnyProvider, ProviderDefinition, ProviderLiteral } from "./client/define-provider.js";
export { type Estimate, type EstimatedRequest, estimate } from "./client/estimate.js";
export type {
  AnyHandle,
  ChatHandle,
  EmbeddingHandle,
  ImageHandle,
  ModerationHandle,
  RerankHandle,
  SpeechHandle,
  TranscriptionHandle,
  VideoHandle,
} from "./client/handle.js";
export type {
  Answer,
  EventReader,
  Handler,
  Middleware,
  ModelAnswer,
  ModelCall,
  Policy,
  PreparedCall,
} from "./client/handler.js";
export type { AnyTaskReply, HookCall, Hooks, TaskHookOptions } from "./client/hooks.js";
export { type InlineMediaOptions, inlineMedia } from "./client/inline-media.js";
export type { AnyTool, AnyTools, ChatOptions, EmbedOptions } from "./client/options.js";
export type { Provider } from "./client/provider.js";
export { ChatStream } from "./client/stream.js";
export { defineProvider, type TypedDefinition } from "./client/typed-provider.js";
export { type ClientConfig, readClientConfig } from "./client-config.js";
export {
  type Attempt,
  CapabilityError,
  CatalogError,
  type ErrorCode,
  errorCodes,
  isModelwrightError,
  ModelwrightError,
  PolicyError,
  ProviderError,
  type Severity,
  TransportError,
} from "./errors.js";
export {
  type CircuitBreaker,
  type CircuitBreakerOptions,
  type CircuitChange,
  type CircuitStatus,
  circuitBreaker,
} from "./middleware/circuit-breaker.js";
export { type ConcurrencyOptions, concurrency } from "./middleware/concurrency.js";
export { type KeyPoolOptions, keyPool } from "./middleware/key-pool.js";
export { type RateLimitOptions, rateLimit } from "./middleware/rate-limit.js";
export { type ResidencyOptions, residency } from "./middleware/residency.js";
export type { Degradable, DegradedModel } from "./model/degraded.js";
export type { ChatModelWith } from "./model/dynamic.js";
export type { ChatGroup } from "./model/group.js";
export type { ChatModel, EmbeddingModel, EmbeddingReply } from "./model/handle.js";
export type { Job, JobOptions, JobProgress, JobState } from "./model/job.js";
export type {
  ImageModel,
  ImageReply,
  ImageStream,
  ModerationModel,
  ModerationReply,
  RerankModel,
  RerankReply,
  SpeechModel,
  SpeechReply,
  SpeechStream,
  TranscriptionModel,
  TranscriptionReply,
  VideoModel,
  VideoReply,
} from "./model/media.js";
export type { Message } from "./model/message.js";
export type { Capability, Media } from "./model/profile.js";
export type { ModelChoice, Reply, Step } from "./model/reply.js";
export type { CallOptions } from "./model/request.js";
export type { Schema, StandardSchema, Tool, ToolContext } from "./model/schema.js";
export type {
  Approval,
  Approve,
  LoopState,
  NextStep,
  OnStep,
  PrepareStep,
  StopCondition,
} from "./model/tool-loop.js";
export type { Unsupported, Unverified } from "./model/unsupported.js";
export { unverified } from "./model/unverified.js";
export { development, production } from "./presets.js";
export type { Adjustment, ListedModel, PullProgress } from "./protocols/call.js";
export { degrade } from "./routing/degrade.js";
export {
  cheapest,
  failover,
  fastest,
  leastBusy,
  type Routable,
  roundRobin,
  route,
  type WeightedOptions,
  weighted,
} from "./routing/group.js";
export type { MidStream, RouteOptions } from "./routing/hand-over.js";
export type { Member } from "./routing/member.js";
export { explainPick, type Needs, type Pickable, type PickExplanation, pick, type Verdict } from "./routing/pick.js";
export { parseModelRules } from "./routing/rule-file.js";
export {
  type ModelRule,
  type ModelRules,
  modelRules,
  type RuleContext,
  type RulesExplanation,
  type RuleVerdict,
} from "./routing/rules.js";
export type { Outcome, Strategy } from "./routing/strategy.js";
export type { Timeouts, Transport, TransportRequest, TransportResponse } from "./transport/transport.js";
