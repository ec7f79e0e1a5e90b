/** The public door `modelwright/server`: a gateway for OpenAI's and Anthropic's clients over any catalog model. */
export {
  type Access,
  type AccessModel,
  type AccessOptions,
  createAccess,
  type IssuedKey,
  type KeyName,
} from "./server/access.js";
export type {
  AccessBudget,
  AccessDocument,
  AccessKey,
  AccessLimits,
  AccessRole,
  Caller,
} from "./server/access-document.js";
export { createGateway } from "./server/gateway.js";
export type {
  Gateway,
  GatewayExchange,
  GatewayMetrics,
  GatewayModels,
  GatewayOptions,
  RefusedEntry,
  TimelineMark,
} from "./server/gateway-options.js";
export type { GatewayProvider } from "./server/model-names.js";
export type { FetchHandler } from "./server/node-bridge.js";
export { serve } from "./server/serve.js";
export type { GatewayServer, ServeOptions } from "./server/serve-options.js";
