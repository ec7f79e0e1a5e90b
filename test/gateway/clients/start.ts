/** Real clients, installed as they are published, before a gateway on a real socket. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { serve } from "../../../src/server/serve.js";
import { privatePackages } from "../../private-packages.js";
import { startUpstream } from "../support.js";

/** The newest versions that run on Node 20. */
const versions = {
  openai: "6.30.1",
  "@anthropic-ai/sdk": "1.12.0",
  ai: "6.0.325",
  "@ai-sdk/openai-compatible": "2.0.92",
  "@ai-sdk/anthropic": "3.0.140",
  "@langchain/openai": "1.5.8",
  "@langchain/core": "1.4.0",
  zod: "4.6.7",
};

/** Clients without types, so that the project type-checks without them. */
export type Untyped = ReturnType<typeof JSON.parse>;

export async function startForClients() {
  const { simulator, gateway, exchanges } = await startUpstream();
  const server = await serve(gateway);
  const folder = await privatePackages("gateway-clients", versions);
  const require = createRequire(join(folder, "package.json"));
  return {
    simulator,
    exchanges,
    url: server.url,
    token: server.token,
    load: async (name: keyof typeof versions): Promise<Untyped> => import(pathToFileURL(require.resolve(name)).href),
    close: async () => {
      await server.close();
      await simulator.close();
    },
  };
}

export const weather = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
};
