/** Which room speaks the wire of a recorded row, how its frames are packed, and why other rows have none. */
import type { ProtocolId } from "../../src/catalog/facts.js";
import type { Protocol, ProtocolDoor } from "../../src/protocols/protocol.js";
import type { ServerProtocol } from "../../src/protocols/server.js";
import { type Expectations, totals } from "./replay-compare.js";
import type { Row } from "./replay-rows.js";

export interface Wire extends Expectations {
  readonly room: ProtocolId;
}

/** Rooms by the protocol name of the rows. */
const wires: { readonly [protocol: string]: Wire } = {
  "openai-chat": { room: "openai-chat", totals: totals.openai!, finish: true },
  "openai-embeddings": { room: "openai-chat", totals: totals.openai!, finish: false },
  "openai-responses": { room: "openai-responses", totals: totals.responses!, finish: false },
  "anthropic-messages": { room: "anthropic-messages", totals: totals.anthropic!, finish: true },
  "google-generate-content": { room: "google-generative-ai", totals: totals.google!, finish: true },
  ollama: { room: "ollama", totals: totals.ollama!, finish: true },
  "ollama-embed": { room: "ollama", totals: totals.ollama!, finish: false },
  "cohere-v2": { room: "cohere-v2", totals: totals.cohere!, finish: true },
  "cohere-embed": { room: "cohere-v2", totals: totals.cohereEmbed!, finish: false },
  "bedrock-converse": { room: "bedrock-converse", totals: totals.bedrock!, finish: true },
  "bedrock-embeddings": { room: "bedrock-converse", totals: totals.bedrock!, finish: false },
  "google-embed": { room: "google-generative-ai", totals: totals.google!, finish: false },
};

/** Wires that no room speaks. */
const unspoken: { readonly [protocol: string]: string } = {
  "anthropic-batches": "batches of requests are no call of a model",
  "anthropic-complete": "text completion, the endpoint before Messages",
  "cohere-v1": "the endpoints before v2, which the room speaks",
  files: "files are uploaded beside the calls",
  "google-interactions": "stored interactions; the room speaks generateContent",
  "google-misc": "caches and batches are managed beside the calls",
  "google-predict": "Vertex AI's predict endpoint, no chat",
  "huggingface-inference": "text generation, before chat",
  "openai-batches": "batches of requests are no call of a model",
  "openai-completions": "text completion, no chat",
  "openai-conversations": "conversations are stored beside the calls",
};

/** Rooms whose own list of models is not that of OpenAI's wire. */
const listing: { readonly [provider: string]: ProtocolId } = {
  anthropic: "anthropic-messages",
  google: "google-generative-ai",
  ollama: "ollama",
};

/** The wire of a row; or the reason why it has none. */
export function wireOf(row: Row): Wire | string {
  if (row.operation === "models")
    return { room: listing[row.provider] ?? "openai-chat", totals: totals.openai!, finish: false };
  return (
    wires[row.protocol] ?? unspoken[row.protocol] ?? `${row.operation} is no chat, and ${row.protocol} no chat protocol`
  );
}

export async function loadRoom(id: ProtocolId): Promise<Protocol> {
  const module = (await import(`../../src/protocols/${id}/index.js`)) as { readonly [name: string]: unknown };
  const door = Object.values(module).find((value) => (value as Protocol).id === id) as Protocol | ProtocolDoor;
  return "whole" in door ? door.whole() : door;
}

export async function loadServer(id: ProtocolId): Promise<ServerProtocol> {
  const module = (await import(`../../src/protocols/${id}/server.js`)) as { readonly [name: string]: unknown };
  return Object.values(module).find((value) => (value as ServerProtocol).id === id) as ServerProtocol;
}
