/** Answers one request: finds its endpoint, refuses or replies, and lets armed faults spoil the answer. */
import type { ChatProtocolId, ModelFacts } from "../catalog/facts.js";
import { protocolsOf } from "../catalog/spoken.js";
import { CapabilityError } from "../errors.js";
import type { ServedChat } from "../protocols/server.js";
import { answerContext, answerOptions } from "./answer-options.js";
import { failurePlan, jsonPlan, streamPlan, wireForm } from "./answer-plan.js";
import type { ScriptedAnswer, ScriptedFailure, ScriptedReply, SimulatedRequest } from "./contract.js";
import { createDirectory, type Destination, type Directory } from "./directory.js";
import { embedValues } from "./embeddings.js";
import { makeEvents } from "./events.js";
import { failureFaults, isFaultName, type Strike, spoil, strikeOf } from "./faults.js";
import { binaryBody } from "./form.js";
import type { Inspection, Refusal } from "./inspection.js";
import type { Plan, ReceivedRequest } from "./plan.js";
import { createRandom, digest, hash } from "./random.js";
import { findRefusal } from "./refuse.js";
import { makeReply } from "./reply.js";
import { logEntry } from "./request-log.js";
import { serveJob, serveTask, taskKindOf } from "./serve-task.js";
import type { State } from "./state.js";
import { countPrompt } from "./tokens.js";

/** A request whose endpoint exists. */
interface Exchange {
  readonly to: Destination;
  readonly body: unknown;
  readonly log: SimulatedRequest;
  readonly strike: Strike | undefined;
  readonly id: string;
  readonly query: string | undefined;
}

export class Exchanger {
  private readonly state: State;
  private readonly directory: Directory;

  constructor(state: State) {
    this.state = state;
    this.directory = createDirectory(state.options.providers);
  }

  basePath(provider: string): string {
    return this.directory.basePath(provider);
  }

  async answer(request: ReceivedRequest): Promise<Plan> {
    const to = this.directory.find(request.method, request.path);
    const body = await bodyOf(request);
    const log = logEntry(request, to, body);
    this.state.remember(log);
    if (!("route" in to)) return jsonPlan(404, { error: { message: `Not found: ${request.method} ${to.path}` } });
    const strike = strikeIn(request) ?? this.state.faults.strike(to.provider.id, log.model);
    const id = digest(String(this.state.nextNumber()), this.state.seed);
    const exchange: Exchange = { to, body, log, strike, id, query: request.query };
    const answered = await this.planOf(exchange);
    // OpenAI's and Anthropic's names for the same header.
    const headers = { "x-request-id": `req_${id}`, "request-id": `req_${id}`, ...answered.headers };
    const plan = { ...answered, headers, delayMs: this.state.latency.answer };
    return strike === undefined ? plan : spoil(plan, strike, streamFailure(exchange));
  }

  private async planOf(exchange: Exchange): Promise<Plan> {
    const { to, strike } = exchange;
    const failure = strike === undefined ? undefined : failureFaults[strike.fault];
    if (failure !== undefined) return failurePlan(to.protocol, { ...failure, retryAfterMs: strike?.delayMs });
    try {
      return await this.serve(exchange);
    } catch (error) {
      if (!(error instanceof CapabilityError)) throw error;
      return failurePlan(to.protocol, { code: error.code, message: error.message, param: error.path });
    }
  }

  private async serve(exchange: Exchange): Promise<Plan> {
    const { to, body } = exchange;
    const { protocol, route } = to;
    if (route.operation === "models") return jsonPlan(200, protocol.encodeModels(listedModels(to)));
    const task = { to, id: exchange.id, state: this.state, directory: this.directory };
    if (route.jobId !== undefined) return serveJob(task, route.jobId || jobInQuery(exchange.query));
    if (body === undefined) return failurePlan(protocol, { code: "invalid-request", message: "The body is not JSON." });
    if (route.operation === "pull") return this.pull(exchange);
    if (route.operation === "embed" || this.embeds(to)) return this.embed(exchange);
    const kind = taskKindOf(task);
    if (kind !== undefined) {
      const scripted = await this.state.nextScripted(exchange.log);
      return isFailure(scripted)
        ? scriptedFailure(scripted, to)
        : serveTask(task, kind, { body, query: exchange.query });
    }
    const inspection = this.inspect(protocol.decodeChat(body, route), to);
    if ("code" in inspection) return failurePlan(protocol, inspection);
    if (route.operation === "count-tokens")
      return jsonPlan(200, protocol.encodeTokenCount?.(countPrompt(inspection.served.request)));
    const refusal = findRefusal(inspection);
    if (refusal !== undefined) return failurePlan(protocol, refusal);
    const scripted = await this.state.nextScripted(exchange.log);
    if (isFailure(scripted)) return scriptedFailure(scripted, to);
    return this.chat(inspection, exchange, scripted);
  }

  private inspect(served: ServedChat, { provider, protocol }: Destination): Inspection | Refusal {
    const found = this.directory.model(provider, served.modelId);
    const model = found?.model ?? (provider.unknownModels === "permissive" ? unknownModel : undefined);
    if (model === undefined || model.status === "retired") return missingModel(served.modelId, "does not exist");
    if (found !== undefined && !protocolsOf(provider, model).includes(protocol.id))
      return missingModel(served.modelId, "is not served by this endpoint");
    // Only chat protocols decode chats.
    const id = protocol.id as ChatProtocolId;
    const inspection = { protocol: id, provider, modelId: found?.id ?? served.modelId, model, served };
    const { previous_response_id: kept } = served.wire;
    if (id !== "openai-responses" || kept === undefined || kept === null) return inspection;
    const previous = this.state.turns.find(kept);
    return previous === undefined ? missingTurn(kept) : { ...inspection, previous };
  }

  private chat(inspection: Inspection, exchange: Exchange, scripted: string | ScriptedReply | undefined): Plan {
    const { served, provider, modelId, model } = inspection;
    const { protocol } = exchange.to;
    const { state } = this;
    const prompt = state.prefixes.read(served.request, { scope: `${provider.id}/${modelId}`, model });
    const random = createRandom(hash(JSON.stringify(exchange.body), state.seed));
    const reply =
      typeof scripted === "string"
        ? { text: scripted }
        : (scripted ?? makeReply(served.request, { modelId, label: labelOf(state.label, exchange.strike), random }));
    const { id: answerId } = exchange;
    const events = makeEvents(reply, { ...answerOptions(inspection), answerId, random, inputBuckets: prompt });
    const context = answerContext(inspection, { answerId, created: state.now(), prompt });
    if (inspection.protocol === "openai-responses") state.turns.keep(context.id, served, events);
    if (!served.stream) return jsonPlan(200, protocol.encodeChat(events, context));
    const encoder = protocol.createStreamEncoder(context);
    const chunks = events.map((event) => encoder.encode(event));
    return streamPlan({ protocol, events: chunks, end: encoder.end(), waitMs: state.latency.event });
  }

  private pull({ to: { protocol }, body }: Exchange): Plan {
    const events = protocol.encodePull?.(body) ?? [];
    return streamPlan({ protocol, events, end: "", waitMs: this.state.latency.event });
  }

  private embeds({ provider, route: { orEmbed, modelId = "" } }: Destination): boolean {
    return orEmbed === true && this.directory.model(provider, modelId)?.model.kind === "embedding";
  }

  private embed({ to, body }: Exchange): Plan {
    const { protocol, provider, route } = to;
    const served = protocol.embeddings?.decode(body, route);
    const found = served === undefined ? undefined : this.directory.model(provider, served.modelId);
    if (served === undefined || found === undefined)
      return failurePlan(protocol, missingModel(served?.modelId ?? "", "does not exist"));
    const embedded = embedValues(served, { provider, model: found.model }, this.state.seed);
    if ("code" in embedded) return failurePlan(protocol, embedded);
    const { vectors, ...tokens } = embedded;
    return jsonPlan(200, protocol.embeddings?.encode(vectors, { modelId: served.modelId, ...tokens, served }));
  }
}

/** What is known of a model that the catalog does not list: everything is tried. */
const unknownModel: ModelFacts = {
  kind: "chat",
  input: ["text"],
  inputUnstated: true,
  output: ["text"],
  features: {},
  params: {},
  limits: {},
  assume: "permissive",
};

function missingTurn(id: unknown): Refusal {
  const message = `Previous response with id '${String(id)}' not found.`;
  return { code: "invalid-request", message, param: "previous_response_id" };
}

function missingModel(modelId: string, problem: string): Refusal {
  return { code: "unknown-model", message: `The model '${modelId}' ${problem}.`, param: "model" };
}

/** A fault asked for by the request itself: `x-simulator-fault: stall-mid-stream;delay=50`. */
function strikeIn({ headers }: ReceivedRequest): Strike | undefined {
  const [name = "", delay] = (headers["x-simulator-fault"] ?? "").split(";delay=");
  if (!isFaultName(name)) return undefined;
  return strikeOf(name, delay === undefined ? {} : { delayMs: Number(delay) || 0 });
}

/** A fault that cuts characters needs some of several bytes. */
function labelOf(label: string, strike: Strike | undefined): string {
  return strike?.fault === "split-utf8" ? `${label}é 漢字 🙂 ` : label;
}

function isFailure(answer: ScriptedAnswer | undefined): answer is ScriptedFailure {
  return typeof answer === "object" && "fail" in answer;
}

function scriptedFailure({ fail, message, retryAfterMs }: ScriptedFailure, { protocol }: Destination): Plan {
  return failurePlan(protocol, { code: fail, message: message ?? `simulated failure: ${fail}`, retryAfterMs });
}

/** A failure inside a stream, as it is sent. */
function streamFailure({ to, id, log }: Exchange): string | Uint8Array {
  const modelId = log.model ?? "";
  const request = { messages: [], tools: [], params: {} };
  const served: ServedChat = { modelId, stream: true, request, wire: {} };
  const encoder = to.protocol.createStreamEncoder({ id, modelId, created: 0, served });
  return wireForm(encoder.fail("provider-error", "The server had an error while processing your request."));
}

function listedModels({ provider, protocol }: Destination) {
  return Object.entries(provider.models)
    .filter(([, model]) => model.status !== "retired" && protocolsOf(provider, model).includes(protocol.id))
    .map(([id, { wireId, name, limits }]) => ({
      id: wireId ?? id,
      name,
      contextTokens: limits.context,
      outputTokens: limits.output,
    }));
}

/** Names under which a query names a job. */
function jobInQuery(query = ""): string {
  const params = new URLSearchParams(query);
  return params.get("id") ?? params.get("task_id") ?? params.get("file_id") ?? "";
}

/** JSON, the fields of a form, or bytes; undefined for anything else. */
async function bodyOf(request: ReceivedRequest): Promise<unknown> {
  if (request.raw === undefined) return parseJson(request.body);
  return binaryBody(request).catch(() => undefined);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
