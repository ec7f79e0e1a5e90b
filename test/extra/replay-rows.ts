/** Recorded provider traffic: rows of JSON lines, and the chat call that would have sent each of them. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Dialects } from "../../src/catalog/dialects/index.js";
import type { ModelFacts, ProtocolId, ProviderFacts } from "../../src/catalog/facts.js";
import type { NeutralRequest } from "../../src/chat/request.js";
import type { ChatCall } from "../../src/protocols/protocol.js";

export interface ExpectedCall {
  readonly id: string | null;
  readonly name: string;
  readonly arguments?: unknown;
  readonly argumentsRaw?: string;
}

/** What an independent decoder read from the body. */
export interface Expected {
  readonly text?: string;
  readonly reasoning?: string;
  readonly refusal?: string;
  readonly toolCalls?: readonly ExpectedCall[];
  readonly finish?: string | null;
  readonly usage?: { readonly [member: string]: unknown } | null;
  readonly error?: { readonly [member: string]: unknown };
  readonly count?: number;
  readonly dims?: number;
}

export interface Row {
  readonly id: string;
  readonly provider: string;
  readonly protocol: string;
  readonly operation: string;
  readonly model: string | null;
  readonly endpoint: string;
  readonly request: { readonly body: unknown };
  readonly response: {
    readonly status: number;
    readonly contentType?: string | null;
    readonly headers?: { readonly [name: string]: string };
    readonly body?: string | null;
    readonly bodyBase64?: string;
  };
  readonly tags: readonly string[];
  readonly expect?: Expected | null;
}

export function loadRows(folder: string): readonly Row[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".jsonl"))
    .sort()
    .flatMap((name) => readFileSync(join(folder, name), "utf8").split("\n"))
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Row);
}

/** Dialects of recorded providers that have no catalog file, or whose file is not there yet. */
const dialects: { readonly [provider: string]: Dialects } = {
  xai: { "openai-chat": { usageExcludes: ["reasoning"] } },
  mistral: { "openai-chat": { usageExcludes: ["audio"] } },
};

function providerOf(row: Row, protocol: ProtocolId): ProviderFacts {
  return {
    id: row.provider,
    name: row.provider,
    role: "host",
    protocol,
    baseURL: "https://replay.invalid",
    auth: [{ type: "none" }],
    dialect: catalogDialect(row.provider) ?? dialects[row.provider] ?? {},
    assume: "permissive",
    unknownModels: "permissive",
    models: {},
  };
}

function catalogDialect(provider: string): Dialects | undefined {
  const file = new URL(`../../catalog/${provider}.json`, import.meta.url);
  if (!existsSync(file)) return undefined;
  return (JSON.parse(readFileSync(file, "utf8")) as { provider?: { dialect?: Dialects } }).provider?.dialect;
}

const everything: ModelFacts = {
  kind: "chat",
  input: ["text", "image", "pdf", "audio", "video"],
  output: ["text"],
  features: {},
  params: {},
  limits: {},
};

/** The call of a row, to a model that may do everything. */
export function callOf(row: Row, protocol: ProtocolId, request?: NeutralRequest): ChatCall {
  return {
    provider: providerOf(row, protocol),
    modelId: row.model ?? "model",
    model: { ...everything, ...spoken(row) },
    request: request ?? { messages: [], tools: [], params: {} },
    stream: row.tags.includes("stream"),
    adjust: () => undefined,
  };
}

const levels = ["none", "default", "minimal", "low", "medium", "high", "xhigh", "max"] as const;

/** What the catalog would say of a model that is asked in the row's own dialect. */
function spoken(row: Row): Pick<ModelFacts, "dialect" | "reasoning"> {
  const body = (row.request.body ?? {}) as { readonly [member: string]: unknown };
  if (row.protocol === "google-generate-content") {
    const wire = /"thinking_?level"/i.test(JSON.stringify(body)) ? "gemini-level" : "gemini-budget";
    return { reasoning: { mode: "unknown", wire, effort: { levels }, budget: { off: 0, auto: -1 } } };
  }
  if (row.protocol === "anthropic-messages") return { dialect: { "anthropic-messages": { systemInside: true } } };
  if (row.protocol !== "openai-chat") return {};
  const text = JSON.stringify(body.messages ?? []);
  const wire =
    body.thinking !== undefined
      ? "thinking-type"
      : body.reasoning !== undefined
        ? "openrouter"
        : body.enable_thinking !== undefined
          ? "enable-thinking"
          : "openai-effort";
  return {
    reasoning: { mode: "unknown", wire, effort: { levels }, budget: {} },
    dialect: {
      "openai-chat": {
        cacheControl: true,
        pdfPart: text.includes('"document_url"') ? "document_url" : "file",
        maxTokensField: body.max_completion_tokens === undefined ? "max_tokens" : "max_completion_tokens",
        reasoningEcho: `${text}${row.response.body}`.includes('"reasoning_details"')
          ? "reasoning_details"
          : text.includes('"type":"thinking"')
            ? "thinking"
            : "reasoning_content",
      },
    },
  };
}
