/** Rooms say what their own codes and types mean, so that a failure needs no rule of the catalog. */
import { describe, expect, it } from "vitest";
import { anthropicMessages } from "../../src/protocols/anthropic-messages/index.js";
import { bedrockConverse } from "../../src/protocols/bedrock-converse/index.js";
import { cohereV2 } from "../../src/protocols/cohere-v2/index.js";
import { failureCode } from "../../src/protocols/failure.js";
import { googleGenerativeAi } from "../../src/protocols/google-generative-ai/index.js";
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
