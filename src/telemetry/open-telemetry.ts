/** OpenTelemetry spans and metrics of calls, by the semantic conventions for generative AI (1.45, in development there). */
import type { Attributes, Histogram, Meter, Span, Tracer } from "@opentelemetry/api";
import type { ModelCall } from "../client/handler.js";
import { type ErrorCode, isModelwrightError, ModelwrightError } from "../errors.js";
import { type ObservedEnd, observe, operationOf, requestOf, type Telemetry } from "./observe.js";

/** Tracer and meter, and what is recorded of a call. */
export interface OpenTelemetryOptions {
  /** Default: of the globally registered provider, under the name `modelwright`. */
  readonly tracer?: object;
  readonly meter?: object;
  /** Tags of calls that become attributes `modelwright.tag.<name>` of spans. Default none: tags may name people. */
  readonly tags?: readonly string[];
  /**
   * Puts what was said into spans. Absent: nothing of it. Given messages, it gives what to keep: shortened, or without
   * what must not leave.
   */
  readonly content?: (messages: unknown) => unknown;
}

type Api = typeof import("@opentelemetry/api");

/**
 * One span for each call, one below it for each request that it sends. Resolves when the package
 * `@opentelemetry/api`, which the application's OpenTelemetry SDK brings, is loaded. Nothing that was said, no key and
 * no query of a URL is in either by default.
 */
export async function openTelemetry(options: OpenTelemetryOptions = {}): Promise<Telemetry> {
  const api = await loadApi();
  const tracer = (options.tracer ?? api.trace.getTracer("modelwright")) as Tracer;
  const instruments = instrumentsOf((options.meter ?? api.metrics.getMeter("modelwright")) as Meter);
  // Requests find the span of their call by the list of attempts that they share.
  const parents = new WeakMap<object, Span>();

  return observe({
    begin(call, scope) {
      const attributes = attributesOf(call, scope === "call" ? options : {});
      const parent = scope === "attempt" ? parents.get(call.attempts) : undefined;
      const context = parent === undefined ? api.context.active() : api.trace.setSpan(api.context.active(), parent);
      const name = `${attributes["gen_ai.operation.name"]} ${call.modelId}`;
      const span = tracer.startSpan(
        scope === "call" ? name : `${name} attempt`,
        { kind: scope === "call" ? api.SpanKind.INTERNAL : api.SpanKind.CLIENT, attributes },
        context,
      );
      if (scope === "call") parents.set(call.attempts, span);
      return (end) => {
        finish(api, span, end, scope === "call" ? call.attempts.length : undefined);
        if (scope === "call") record(instruments, attributes, end);
      };
    },
  });
}

function attributesOf(call: ModelCall, { tags = [], content }: OpenTelemetryOptions): Attributes {
  const request = requestOf(call);
  const params = request?.params ?? {};
  const { origin, port, protocol } = call.connection.baseURL(call.model.transport?.baseURL);
  const attributes: Attributes = {
    "gen_ai.operation.name": operationOf(call),
    "gen_ai.provider.name": call.provider.id,
    "gen_ai.request.model": call.modelId,
    "server.address": new URL(origin).hostname,
    "server.port": port === "" ? (protocol === "http:" ? 80 : 443) : Number(port),
  };
  for (const [name, attribute] of Object.entries(paramAttributes)) {
    const value = params[name];
    if (typeof value === "number") attributes[attribute] = value;
  }
  if (call.generation !== undefined) attributes["modelwright.generation"] = call.generation;
  for (const tag of tags)
    if (call.tags !== undefined && Object.hasOwn(call.tags, tag)) attributes[`modelwright.tag.${tag}`] = call.tags[tag];
  if (content !== undefined && request !== undefined)
    attributes["gen_ai.input.messages"] = JSON.stringify(content(request.messages));
  return attributes;
}

const paramAttributes = {
  temperature: "gen_ai.request.temperature",
  topP: "gen_ai.request.top_p",
  topK: "gen_ai.request.top_k",
  maxOutputTokens: "gen_ai.request.max_tokens",
  frequencyPenalty: "gen_ai.request.frequency_penalty",
  presencePenalty: "gen_ai.request.presence_penalty",
  seed: "gen_ai.request.seed",
  n: "gen_ai.request.choice.count",
} as const;

function finish(api: Api, span: Span, end: ObservedEnd, attempts: number | undefined): void {
  const { usage, code } = end;
  const { cacheRead, cacheWrite, cacheWrite1h, reasoning } = usage?.buckets ?? {};
  const stated = {
    "gen_ai.response.model": end.responseModel,
    "gen_ai.response.id": end.responseId,
    "gen_ai.response.finish_reasons": end.finishReason === undefined ? undefined : [end.finishReason],
    "gen_ai.response.time_to_first_chunk": seconds(end.firstChunkMs),
    "gen_ai.usage.input_tokens": usage?.state === "known" ? usage.inputTokens : undefined,
    "gen_ai.usage.output_tokens": usage?.state === "known" ? usage.outputTokens : undefined,
    "gen_ai.usage.cache_read.input_tokens": cacheRead,
    "gen_ai.usage.cache_creation.input_tokens":
      cacheWrite === undefined && cacheWrite1h === undefined ? undefined : (cacheWrite ?? 0) + (cacheWrite1h ?? 0),
    "gen_ai.usage.reasoning.output_tokens": reasoning,
    "http.response.status_code": isModelwrightError(end.error) ? end.error.status : undefined,
    "error.type": errorType(end),
    "modelwright.outcome": end.outcome,
    "modelwright.request_id": end.requestId,
    "modelwright.attempts": attempts,
  };
  for (const [name, value] of Object.entries(stated)) if (value !== undefined) span.setAttribute(name, value);
  // The message of an error may quote the provider, and so the prompt: its code is enough.
  if (end.outcome === "failed") span.setStatus({ code: api.SpanStatusCode.ERROR, message: code ?? "error" });
  span.end();
}

interface Instruments {
  readonly duration: Histogram;
  readonly firstChunk: Histogram;
  readonly tokens: Histogram;
}

function instrumentsOf(meter: Meter): Instruments {
  return {
    duration: meter.createHistogram("gen_ai.client.operation.duration", {
      unit: "s",
      description: "Duration of calls, waits and retries included.",
      advice: {
        explicitBucketBoundaries: [
          0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
        ],
      },
    }),
    firstChunk: meter.createHistogram("gen_ai.client.operation.time_to_first_chunk", {
      unit: "s",
      description: "Time from the call to the first piece of its answer.",
      advice: {
        explicitBucketBoundaries: [
          0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
        ],
      },
    }),
    tokens: meter.createHistogram("gen_ai.client.token.usage", {
      unit: "{token}",
      description: "Tokens of prompts and answers.",
      advice: {
        explicitBucketBoundaries: [1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304],
      },
    }),
  };
}

const metricAttributes = [
  "gen_ai.operation.name",
  "gen_ai.provider.name",
  "gen_ai.request.model",
  "server.address",
  "server.port",
];

function record({ duration, firstChunk, tokens }: Instruments, spanAttributes: Attributes, end: ObservedEnd): void {
  const shared: Attributes = {};
  for (const name of metricAttributes) shared[name] = spanAttributes[name];
  const type = errorType(end);
  duration.record(end.ms / 1000, type === undefined ? shared : { ...shared, "error.type": type });
  if (end.firstChunkMs !== undefined) firstChunk.record(end.firstChunkMs / 1000, shared);
  if (end.usage?.state !== "known") return;
  tokens.record(end.usage.inputTokens, { ...shared, "gen_ai.token.type": "input" });
  tokens.record(end.usage.outputTokens, { ...shared, "gen_ai.token.type": "output" });
}

function errorType({ outcome, code }: ObservedEnd): ErrorCode | "_OTHER" | undefined {
  return outcome === "failed" ? (code ?? "_OTHER") : undefined;
}

const seconds = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : ms / 1000);

async function loadApi(): Promise<Api> {
  try {
    return await import("@opentelemetry/api");
  } catch {
    throw new ModelwrightError(
      "invalid-configuration",
      "openTelemetry needs a package: npm install @opentelemetry/api",
    );
  }
}
