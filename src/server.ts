/** The public door `modelwright/server`: a gateway for OpenAI's and Anthropic's clients over any catalog model. */
export { createGateway } from "./server/gateway.js";
export type {
  Gateway,
  GatewayExchange,
  GatewayModels,
  GatewayOptions,
  TimelineMark,
} from "./server/gateway-options.js";
export type { GatewayProvider } from "./server/model-names.js";
export type { FetchHandler } from "./server/node-bridge.js";
export { serve } from "./server/serve.js";
export type { GatewayServer, ServeOptions } from "./server/serve-options.js";
