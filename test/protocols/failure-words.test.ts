/** Rooms say what their own codes and types mean, so that a failure needs no rule of the catalog. */
import { describe, expect, it } from "vitest";
import { anthropicMessagesRoom as anthropicMessages } from "../../src/protocols/anthropic-messages/room.js";
import { bedrockConverseRoom as bedrockConverse } from "../../src/protocols/bedrock-converse/room.js";
import { cohereV2Room as cohereV2 } from "../../src/protocols/cohere-v2/room.js";
import { failureCode } from "../../src/protocols/failure.js";
import { googleGenerativeAiRoom as googleGenerativeAi } from "../../src/protocols/google-generative-ai/room.js";
import { openaiChatRoom as openaiChat } from "../../src/protocols/openai-chat/room.js";
import { openaiResponsesRoom as openaiResponses } from "../../src/protocols/openai-responses/room.js";
import type { Protocol } from "../../src/protocols/protocol.js";

const rooms: readonly Protocol[] = [
  openaiChat,
  openaiResponses,
  anthropicMessages,
  googleGenerativeAi,
  cohereV2,
  bedrockConverse,
];

const codeOf = (room: Protocol, status: number, body: unknown, headers: { readonly [name: string]: string } = {}) =>
  failureCode(
    room.decodeFailure(body, (name) => headers[name]),
    { status, words: room.failureWords ?? {} },
  );

describe.each(rooms)("$id", (room) => {
  it("states its words in lower case, as they are looked up", () => {
    const words = Object.keys(room.failureWords ?? {});
    expect(words.length).toBeGreaterThan(0);
    expect(words).toEqual(words.map((word) => word.toLowerCase()));
  });
});

// Statuses that say less than the word, or something else.
it.each<[Protocol, number, unknown, string]>([
  [anthropicMessages, 500, { type: "error", error: { type: "overloaded_error", message: "m" } }, "overloaded"],
  [anthropicMessages, 400, { type: "error", error: { type: "billing_error", message: "m" } }, "quota-exceeded"],
  [anthropicMessages, 401, { type: "error", error: { type: "invalid_request_error", message: "m" } }, "authentication"],
  [
    googleGenerativeAi,
    400,
    {
      error: {
        code: 400,
        status: "INVALID_ARGUMENT",
        message: "m",
        details: [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "API_KEY_INVALID" }],
      },
    },
    "authentication",
  ],
  [openaiChat, 429, { error: { code: "insufficient_quota", message: "m" } }, "quota-exceeded"],
  [bedrockConverse, 400, { __type: "ServiceQuotaExceededException", message: "m" }, "quota-exceeded"],
])("$id with status %d means what its word says", (room, status, body, code) => {
  expect(codeOf(room, status, body)).toBe(code);
});

// Messages as recorded, of hosts whose body holds no word that tells.
it.each([
  [400, "The total length of all messages is too long.", "context-length"],
  [
    400,
    "This model's maximum context length is 131072 tokens. However, you requested 250021 tokens.",
    "context-length",
  ],
  [400, "request (2009 tokens) exceeds the available context size (512 tokens), try increasing it", "context-length"],
  [422, "Input validation error: too many tokens", "context-length"],
  [400, "Model no-such/embedding-model does not exist", "not-found"],
  [400, "Model nonexistent is not supported. Supported models are ['voyage-3']", "not-found"],
  [400, "Invalid model: no-such-embedding-model", "not-found"],
  [400, "This model does not support image input", "provider-rejected"],
  [400, "Unsupported value: 'messages[0].role' does not support 'system' with this model.", "provider-rejected"],
  [429, "Too many tokens per minute", "rate-limited"],
])("without a word, status %d with '%s' is %s", (status, message, code) => {
  expect(codeOf(openaiChat, status, { error: { message } })).toBe(code);
});

it("lets a rule of the catalog say more than the message", () => {
  const rules = [{ message: "context window", is: "quota-exceeded" as const }];
  expect(failureCode({ message: "Your plan has no context window of 1M" }, { status: 400, rules })).toBe(
    "quota-exceeded",
  );
});
