/** Types of a provider that is defined in code: profiles computed from the literal, without generation. */
import type { Dialects } from "../catalog/dialects/index.js";
import type { ModelFacts, ProviderFacts } from "../catalog/facts.js";
import type { ChatModel, EmbeddingModel, EmbeddingProfile, OtherModel } from "./handle.js";
import type {
  ImageModel,
  MediaProfile,
  ModerationModel,
  RerankModel,
  SpeechModel,
  TranscriptionModel,
  VideoModel,
} from "./media.js";
import type { ChatProfile, Media, Nothing, NumberOption, OpenString, ReasoningControls, Unbounded } from "./profile.js";
import type { WithReasoning } from "./reply.js";

/** A model as a literal states it; what is left out follows the provider's `assume`, by default `permissive`. */
export type ModelLiteral = Partial<ModelFacts> & { readonly dialect?: Dialects };

/** A provider as a literal states it. */
export type TypedProviderLiteral = Pick<ProviderFacts, "id" | "baseURL"> &
  Partial<Omit<ProviderFacts, "models">> & { readonly models: { readonly [id: string]: ModelLiteral } };

/** The model map of a provider literal. */
export type LiteralModels<D extends TypedProviderLiteral> = {
  readonly [Id in keyof D["models"] & string]: LiteralHandle<D["models"][Id], Id, Assumed<D>>;
};

type Assumed<D> = D extends { readonly assume: "strict" } ? false : true;

type LiteralHandle<M extends ModelLiteral, Id extends string, Unknown> = M extends { readonly kind: "embedding" }
  ? EmbeddingModel<LiteralEmbedding, Id>
  : M extends { readonly kind: infer Kind extends Exclude<ModelFacts["kind"], "chat"> }
    ? Kind extends keyof MediaHandles<Id>
      ? MediaHandles<Id>[Kind]
      : OtherModel<Kind, Id>
    : ChatModel<LiteralProfile<M, Unknown>, Id>;

interface LiteralEmbedding extends EmbeddingProfile {
  media: Media;
  options: { readonly [option: string]: unknown };
}

/** Options that have a name of ours, by kind of model. Those of `enums` have values that depend on the model. */
interface ImageOptions {
  plain: "n" | "seed" | "mask" | "partialImages";
  enums: "size" | "aspectRatio" | "resolution" | "quality" | "style" | "background" | "outputFormat";
}
interface SpeechOptions {
  plain: "speed" | "instructions" | "language";
  enums: "voice" | "format";
}
interface TranscriptionOptions {
  plain: "language" | "prompt";
  enums: "format";
}
interface VideoOptions {
  plain: "seed" | "generateAudio";
  enums: "duration" | "size" | "aspectRatio" | "resolution";
}

interface MediaHandles<Id extends string> {
  image: ImageModel<LiteralMedia<ImageOptions>, Id>;
  speech: SpeechModel<LiteralMedia<SpeechOptions>, Id>;
  transcription: TranscriptionModel<LiteralMedia<TranscriptionOptions>, Id>;
  video: VideoModel<LiteralMedia<VideoOptions>, Id>;
  rerank: RerankModel<LiteralMedia<NoOptions>, Id>;
  moderation: ModerationModel<LiteralMedia<NoOptions>, Id>;
}

interface NoOptions {
  plain: never;
  enums: never;
}

/** Media are checked at run time only. */
interface LiteralMedia<Options extends { plain: string; enums: string }> extends MediaProfile {
  can: "image" | "job" | Options["plain"];
  enums: { readonly [Name in Options["enums"]]: OpenString | (Name extends "duration" ? number : never) };
  options: { readonly [option: string]: unknown };
}

type Option = NumberOption | "temperature" | "stop" | "logprobs" | "logitBias" | "parallelTools";

/** A capability that the literal states, denies, or leaves open. */
type Stated<Says, Denied, Unknown, Then> = [Says] extends [Denied]
  ? never
  : unknown extends Says
    ? Unknown extends true
      ? Then
      : never
    : Then;
type Member<T, Key extends string> = T extends { readonly [K in Key]: infer Value } ? Value : unknown;

type Inputs<M, Unknown> = M extends { readonly input: readonly (infer Modality)[] }
  ? Modality & Media
  : Unknown extends true
    ? Media
    : never;
type Calls<M, Unknown> = Stated<Member<Member<M, "features">, "tools">, false, Unknown, "tools" | "output">;
type Outputs<M, Unknown> = Stated<Member<Member<M, "features">, "structuredOutput">, "none", Unknown, "output">;
type Reasons<M, Unknown> = Stated<Member<Member<M, "reasoning">, "mode">, "none", Unknown, "reasoning">;
type Options<M, Unknown> = {
  [Name in Option]: Stated<Member<Member<M, "params">, Name>, false, Unknown, Name>;
}[Option];

interface LiteralControls<Levels extends string> extends ReasoningControls {
  effort: Levels;
  levels: "by model";
  controls: "budget" | "auto" | "toggle";
}
type Levels<M> = M extends {
  readonly reasoning: { readonly effort: { readonly levels: readonly (infer Level extends string)[] } };
}
  ? Level
  : "none" | "minimal" | "low" | "medium" | "high" | "xhigh" | "max";

/** The profile of a chat model literal. */
export interface LiteralProfile<M, Unknown> extends ChatProfile {
  can: Inputs<M, Unknown> | Calls<M, Unknown> | Outputs<M, Unknown> | Reasons<M, Unknown> | Options<M, Unknown>;
  lacks: "such";
  toolChoice: "auto" | "none" | "required" | "named";
  temperature: Unbounded;
  sampling: never;
  reasoning: LiteralControls<Levels<M>>;
  enums: { readonly [Name in "verbosity" | "serviceTier" | "voice" | "audioFormat"]?: OpenString };
  options: { readonly [option: string]: unknown };
  builtinTools: OpenString;
  gives: Reasons<M, Unknown> extends never ? Nothing : WithReasoning;
}
