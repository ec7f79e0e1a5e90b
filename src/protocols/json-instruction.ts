/** JSON mode promises some JSON object: here the schema is put into words, in the first system message. */
import type { AnyMessage, SystemMessage } from "../chat/message.js";
import type { ChatCall } from "./protocol.js";

/** The messages with the instruction on the output path `json`, which is listed as an adjustment; else as they are. */
export function withJsonInstruction({ request, adjust }: Pick<ChatCall, "request" | "adjust">): readonly AnyMessage[] {
  const { messages, output } = request;
  if (output?.path !== "json") return messages;
  const schema = JSON.stringify(output.schema);
  const text = `Answer with one JSON object that is valid against this JSON Schema, and with nothing else:\n${schema}`;
  adjust({ path: "messages", action: "added", reason: "the model takes no schema: it is stated as an instruction" });
  const [first, ...rest] = messages;
  return first?.role === "system" ? [joined(first, text), ...rest] : [{ role: "system", content: text }, ...messages];
}

function joined({ content }: SystemMessage, text: string): SystemMessage {
  if (typeof content === "string") return { role: "system", content: `${content}\n\n${text}` };
  return { role: "system", content: [...content, { type: "text", text }] };
}
