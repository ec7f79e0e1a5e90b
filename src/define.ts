/** The door of generated code: what a generated provider imports, and nothing else. Stable within a major version. */
import { type ProviderData, providerFacts } from "./catalog/compact.js";
import { defineProvider as createProvider } from "./client/define-provider.js";
import type { Provider } from "./client/provider.js";
import type { Room } from "./protocols/call.js";
import type { Cloud } from "./transport/cloud.js";

export type { ProviderData } from "./catalog/compact.js";
export type { ClientOptions } from "./client/client-options.js";
export type { Provider } from "./client/provider.js";
export type {
  AnyDimensions,
  ChatModel,
  Dimensions,
  EmbeddingModel,
  EmbedsMedia,
  FixedDimensions,
  HandleOf,
  OtherModel,
  RetiredModel,
} from "./model/handle.js";
export type {
  ImageModel,
  ModerationModel,
  RerankModel,
  SpeechModel,
  TranscriptionModel,
  VideoModel,
} from "./model/media.js";
export type {
  ChatProfile,
  Controls,
  From0To1,
  From0To1_5,
  From0To2,
  NoControls,
  Nothing,
  OpenString,
  Unbounded,
} from "./model/profile.js";
export type { WithAudio, WithImages, WithReasoning } from "./model/reply.js";
export { aws, type Cloud, googleCloud } from "./transport/cloud.js";

/** What a generated module knows: the facts in their shipped form, and the rooms of the protocols they name. */
export interface GeneratedDefinition {
  readonly data: ProviderData;
  readonly protocols: readonly [Room, ...Room[]];
  readonly cloud?: Cloud;
}

/** The provider of a generated module, typed by its model map. Nothing is read or computed until it is used. */
export function defineProvider<Models>({ data, protocols, cloud }: GeneratedDefinition): Provider<Models> {
  // The map was generated from the same facts: the types promise what the run-time check enforces.
  return createProvider({ protocols, cloud, facts: () => providerFacts(data) }) as unknown as Provider<Models>;
}
