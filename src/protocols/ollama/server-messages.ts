/** Messages of an Ollama request as neutral messages. */
import type { AnyMessage, AssistantPart, ImagePart, TextPart } from "../../chat/message.js";
import { asList, asName, asObject, asOneOf, asText, type Members, optional, refuse } from "../served-input.js";

export function decodeMessages(value: unknown): readonly AnyMessage[] {
  const list = asList(value, "messages");
  if (list.length === 0) refuse("messages", "must hold at least one message");
  const calls = new OpenCalls();
  return list.map((item, i) => decodeMessage(asObject(item, `messages[${i}]`), `messages[${i}]`, calls));
}

/** Calls and results may come without ids: results then follow in the order of the calls of their tool. */
class OpenCalls {
  private made = 0;
  private readonly waiting: { readonly id: string; readonly name: string }[] = [];

  add(id: string | undefined, name: string): string {
    const call = { id: id ?? `call_${this.made}`, name };
    this.made++;
    this.waiting.push(call);
    return call.id;
  }

  answered(id: string | undefined, name: string | undefined): { readonly id: string; readonly name: string } {
    const at = this.waiting.findIndex((call) =>
      id === undefined ? name === undefined || call.name === name : call.id === id,
    );
    const [call] = at < 0 ? [] : this.waiting.splice(at, 1);
    return call ?? { id: id ?? "", name: name ?? "" };
  }
}

function decodeMessage(message: Members, path: string, calls: OpenCalls): AnyMessage {
  const text = optional(asText, message.content, `${path}.content`) ?? "";
  const images = (optional(asList, message.images, `${path}.images`) ?? []).map(
    (image, i): ImagePart => ({ type: "image", image: asName(image, `${path}.images[${i}]`) }),
  );
  const said: readonly TextPart[] = text === "" ? [] : [{ type: "text", text }];
  const role = asOneOf(message.role, ["system", "user", "assistant", "tool"], `${path}.role`);
  switch (role) {
    case "system":
      return { role, content: text };
    case "user":
      return { role, content: images.length === 0 ? text : [...said, ...images] };
    case "assistant":
      return decodeAssistant(message, { text, path, calls });
    case "tool": {
      const name = optional(asText, message.tool_name, `${path}.tool_name`);
      const call = calls.answered(optional(asText, message.tool_call_id, `${path}.tool_call_id`), name);
      const content = images.length === 0 ? text : [...said, ...images];
      return { role, toolCallId: call.id, toolName: name ?? call.name, content };
    }
  }
}

function decodeAssistant(
  message: Members,
  { text, path, calls }: { readonly text: string; readonly path: string; readonly calls: OpenCalls },
): AnyMessage {
  const thinking = optional(asText, message.thinking, `${path}.thinking`) ?? "";
  const toolCalls = optional(asList, message.tool_calls, `${path}.tool_calls`) ?? [];
  if (thinking === "" && toolCalls.length === 0) return { role: "assistant", content: text };
  const content: AssistantPart[] = [];
  if (thinking !== "") content.push({ type: "reasoning", text: thinking });
  if (text !== "") content.push({ type: "text", text });
  toolCalls.forEach((item, i) => {
    const at = `${path}.tool_calls[${i}]`;
    const call = asObject(item, at);
    const called = asObject(call.function, `${at}.function`);
    const name = asName(called.name, `${at}.function.name`);
    const id = calls.add(optional(asText, call.id, `${at}.id`), name);
    content.push({ type: "tool-call", id, name, input: called.arguments ?? {} });
  });
  return { role: "assistant", content };
}
