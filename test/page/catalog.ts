/** A small catalog with one model of each sort that the page treats differently. */
import { providerFile } from "../cli/workspace.js";

const pricing = { currency: "USD", tokens: { input: 2, output: 8 } };

export const models = {
  large: {
    kind: "chat",
    name: "Acme Large",
    input: ["text", "image"],
    output: ["text"],
    features: { tools: true, structuredOutput: "schema" },
    reasoning: { mode: "optional", default: "off", effort: { levels: ["none", "low", "high"], off: "none" } },
    params: { temperature: { min: 0, max: 2 }, topP: { min: 0, max: 1 }, topK: false },
    rules: [{ when: { reasoning: "on" }, params: { temperature: false } }],
    limits: { context: 200_000, output: 8_000 },
    pricing,
  },
  small: {
    kind: "chat",
    input: ["text"],
    output: ["text"],
    reasoning: { mode: "none" },
    params: { temperature: false, topP: false },
    limits: { context: 8_000, output: 1_000 },
    pricing: { currency: "USD", tokens: { input: 0.1, output: 0.4 } },
  },
  vectors: { kind: "embedding", input: ["text"], output: ["embedding"], params: { dimensions: { min: 8, max: 256 } } },
};

export const acme = (of: object = models): object => providerFile("acme", { models: of });
