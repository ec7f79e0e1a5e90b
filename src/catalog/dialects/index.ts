/** The dialect switches of every protocol: what may differ between providers of one wire protocol, stated and never guessed. */
import type { AnthropicMessagesDialect } from "./anthropic-messages.js";
import type { BedrockConverseDialect } from "./bedrock-converse.js";
import type { CohereV2Dialect } from "./cohere-v2.js";
import type { GoogleGenerativeAiDialect } from "./google-generative-ai.js";
import type { BflDialect, DashscopeDialect, ReplicateDialect } from "./jobs.js";
import type { OpenaiChatDialect } from "./openai-chat.js";
import type { OpenaiResponsesDialect } from "./openai-responses.js";

export type { Dialects } from "./switches.js";

// Said of the interface from here, so that programs which only call models need not load what follows.
declare module "./switches.js" {
  interface Dialects {
    readonly "openai-chat"?: OpenaiChatDialect;
    readonly "openai-responses"?: OpenaiResponsesDialect;
    readonly "anthropic-messages"?: AnthropicMessagesDialect;
    readonly "google-generative-ai"?: GoogleGenerativeAiDialect;
    readonly "cohere-v2"?: CohereV2Dialect;
    readonly "bedrock-converse"?: BedrockConverseDialect;
    readonly "bfl-flux"?: BflDialect;
    readonly dashscope?: DashscopeDialect;
    readonly "replicate-predictions"?: ReplicateDialect;
  }
}
