/** A structured answer reaches the model on every path of every room: the client leaves that to the rooms. */
import { describe, expect, it } from "vitest";
import type { NeutralOutput, NeutralRequest, OutputPath } from "../../src/chat/request.js";
import { anthropicMessagesRoom as anthropicMessages } from "../../src/protocols/anthropic-messages/room.js";
import { cohereV2Room as cohereV2 } from "../../src/protocols/cohere-v2/room.js";
import { googleGenerativeAiRoom as googleGenerativeAi } from "../../src/protocols/google-generative-ai/room.js";
import { ollamaRoom as ollama } from "../../src/protocols/ollama/room.js";
import { openaiChatRoom as openaiChat } from "../../src/protocols/openai-chat/room.js";
import { openaiResponsesRoom as openaiResponses } from "../../src/protocols/openai-responses/room.js";
import type { Adjustment, ChatCall, Protocol } from "../../src/protocols/protocol.js";

const rooms = [anthropicMessages, cohereV2, googleGenerativeAi, ollama, openaiChat, openaiResponses];
const schema = { type: "object", properties: { degrees: { type: "number" } }, required: ["degrees"] };

function encode(protocol: Protocol, path: OutputPath, tools: NeutralRequest["tools"] = []) {
  const adjustments: Adjustment[] = [];
  const output: NeutralOutput = { name: "final_answer", schema, path };
  const call: ChatCall = {
    provider: { id: "p", protocol: protocol.id } as ChatCall["provider"],
    modelId: "m",
    model: {
      kind: "chat",
      input: ["text"],
      output: ["text"],
      features: { tools: true },
      params: {},
      limits: { output: 10 },
    },
    request: { messages: [{ role: "user", content: "?" }], tools, params: {}, output },
    stream: false,
    adjust: (adjustment) => adjustments.push(adjustment),
  };
  return { body: JSON.stringify(protocol.encodeChat(call).body), adjustments };
}

describe.each(rooms.map((room) => [room.id, room] as const))("%s", (_id, room) => {
  it.each(["schema", "tool", "json"] as const)("shows the model the schema on the path %s", (path) => {
    expect(encode(room, path).body).toContain("degrees");
  });

  it("offers the output tool beside the caller's tools", () => {
    const tools = [{ name: "weather", parameters: { type: "object", properties: {} } }];
    const { body } = encode(room, "tool", tools);
    expect(body).toContain("weather");
    expect(body.split('"name":"final_answer"')).toHaveLength(2);
  });

  it("lists the words that JSON mode adds to the prompt", () => {
    const { adjustments, body } = encode(room, "json");
    expect(body).toContain("JSON Schema");
    expect(adjustments.map(({ action }) => action)).toContain("added");
  });
});
