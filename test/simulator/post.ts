/** Sends wire requests to a simulator, without a socket. */
import { createSimulator, type Simulator, type SimulatorOptions } from "../../src/testing.js";
import { providers } from "./providers.js";

/** Tests look into wire bodies of any shape. */
type Json = ReturnType<typeof JSON.parse>;

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; undefined for streams. */
  readonly json: Json;
}

export function simulate(options: Partial<SimulatorOptions> = {}): Simulator {
  return createSimulator({ providers, clock: () => 1_750_000_000_000, ...options });
}

export async function post(
  simulator: Simulator,
  place: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answered> {
  const [provider = "", ...path] = place.split(" ");
  const response = await simulator.fetch(simulator.baseURL(provider) + path.join(""), {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json", ...headers },
  });
  const text = await response.text();
  const json = response.headers.get("content-type") === "application/json" ? JSON.parse(text) : undefined;
  return { status: response.status, headers: response.headers, text, json };
}

export const chat = "openai /chat/completions";
export const messages = "anthropic /messages";

export function gemini(model: string, method = "generateContent"): string {
  return `google /models/${model}:${method}`;
}

/** The JSON of every `data:` line. */
export function dataOf(stream: string): Json[] {
  return stream
    .split(/\r?\n/)
    .filter((line) => line.startsWith("data: {"))
    .map((line) => JSON.parse(line.slice(6)));
}

export const weatherSchema = {
  type: "object",
  properties: { city: { type: "string" }, days: { type: "integer", minimum: 1, maximum: 5 } },
  required: ["city"],
  additionalProperties: false,
} as const;
