/** Counts how often the estimate of a prompt's tokens, with its error, holds the number that a provider stated: `--wire <folder>`. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { promptEstimate } from "../../src/chat/prompt-tokens.js";
import { anthropicMessagesServer } from "../../src/protocols/anthropic-messages/server.js";
import { openaiChatServer } from "../../src/protocols/openai-chat/server.js";
import { openaiResponsesServer } from "../../src/protocols/openai-responses/server.js";

const servers = {
  "openai-chat": [openaiChatServer, "/chat/completions"],
  "openai-responses": [openaiResponsesServer, "/responses"],
  "anthropic-messages": [anthropicMessagesServer, "/messages"],
} as const;

const { wire } = parseArgs({ options: { wire: { type: "string" } } }).values;
if (wire === undefined) throw new Error("say --wire <folder of recorded traffic>");

const held = new Map<string, { all: number; within: number }>();
for (const name of readdirSync(wire).filter((file) => file.endsWith(".jsonl"))) {
  const protocol = (Object.keys(servers) as (keyof typeof servers)[]).find((id) => name.startsWith(id));
  if (protocol === undefined) continue;
  for (const line of readFileSync(join(wire, name), "utf8").split("\n").filter(Boolean))
    count(protocol, JSON.parse(line));
}
for (const [kind, { all, within }] of held)
  console.log(`${kind}: ${within} of ${all} within (${Math.round((100 * within) / all)} %)`);

type Row = { readonly request: { readonly body: object | null }; readonly response: { readonly body?: string } };

function count(protocol: keyof typeof servers, { request, response }: Row): void {
  const [server, path] = servers[protocol];
  const stated = tokensIn(response.body ?? "");
  const route = server.route("POST", path);
  // What the provider keeps, or finds itself, is no part of the prompt that is seen here.
  if (
    route === undefined ||
    request.body === null ||
    stated === 0 ||
    /"previous_response_id":"|web_search|file_search/.test(JSON.stringify(request.body))
  )
    return;
  let read: ReturnType<typeof server.decodeChat>["request"];
  try {
    read = server.decodeChat(request.body, route).request;
  } catch {
    return;
  }
  const { inputTokens, error } = promptEstimate(read.messages, read.tools);
  const media = /"type":"(image|audio|pdf|video)"/.test(JSON.stringify(read.messages));
  const kind = media ? "with media" : read.tools.length > 0 ? "with tools" : "text";
  const sum = held.get(kind) ?? { all: 0, within: 0 };
  held.set(kind, { all: sum.all + 1, within: sum.within + (Math.abs(stated - inputTokens) <= error ? 1 : 0) });
}

/** The last count is that of the whole prompt. Anthropic counts cached tokens apart. */
function tokensIn(body: string): number {
  const largest = (pattern: RegExp): number =>
    Math.max(0, ...[...body.matchAll(pattern)].map(([, digits]) => Number(digits)));
  const cached = largest(/"cache_read_input_tokens":\s*(\d+)/g) + largest(/"cache_creation_input_tokens":\s*(\d+)/g);
  return largest(/"(?:prompt_tokens|input_tokens)":\s*(\d+)/g) + cached;
}
