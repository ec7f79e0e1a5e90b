/** The shipped providers, over real HTTP at the simulator. */
import { afterAll, beforeEach } from "vitest";
import { amazonBedrock as shippedBedrock } from "../../generated/amazon-bedrock.js";
import { cohere as shippedCohere } from "../../generated/cohere.js";
import { google as shippedGoogle } from "../../generated/google.js";
import { googleVertex as shippedVertex } from "../../generated/google-vertex.js";
import { groq as shippedGroq } from "../../generated/groq.js";
import { mistral as shippedMistral } from "../../generated/mistral.js";
import { openai as shippedOpenai } from "../../generated/openai.js";
import { xai as shippedXai } from "../../generated/xai.js";
import type { ClientOptions } from "../../src/client/client-options.js";
import { createSimulator } from "../../src/testing.js";

const shipped = [
  shippedBedrock,
  shippedCohere,
  shippedGoogle,
  shippedGroq,
  shippedMistral,
  shippedOpenai,
  shippedVertex,
  shippedXai,
];

export const simulator = createSimulator({ providers: shipped.map(({ facts }) => facts) });
await simulator.listen();
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

/** Options of a client of the provider that reaches the simulator. */
export function reaching(provider: string, options: ClientOptions = {}): ClientOptions {
  return { baseURL: simulator.baseURL(provider), apiKey: "no-key", env: {}, retry: false, ...options };
}

export const bedrock = shippedBedrock.create(reaching("amazon-bedrock"));
export const cohere = shippedCohere.create(reaching("cohere"));
export const google = shippedGoogle.create(reaching("google"));
export const groq = shippedGroq.create(reaching("groq"));
export const mistral = shippedMistral.create(reaching("mistral"));
export const openai = shippedOpenai.create(reaching("openai"));
export const vertex = shippedVertex.create(reaching("google-vertex"));
export const xai = shippedXai.create(reaching("xai"));

/** The body of the last request. */
export function lastBody(): { readonly [member: string]: unknown } {
  return simulator.requests.at(-1)?.body as { readonly [member: string]: unknown };
}

/** A red pixel, and the head of an MP3 file. */
export const png = Uint8Array.from(
  atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=="),
  (character) => character.charCodeAt(0),
);
export const mp3 = new Uint8Array([0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 0, 0, 0xff, 0xfb]);
