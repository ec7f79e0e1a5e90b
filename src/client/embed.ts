/** `embed`: vectors of texts, split into batches that the provider takes. */
import { accepted, assumeOf, param, paramConstraint } from "../catalog/capabilities.js";
import { violation } from "../catalog/constraints.js";
import { didYouMean } from "../catalog/nearest.js";
import { refusesParam, violates } from "../catalog/sentences.js";
import { costOf } from "../chat/cost.js";
import { addUsage } from "../chat/usage.js";
import { CapabilityError, ModelwrightError, TransportError } from "../errors.js";
import type { EmbeddingReply } from "../model/handle.js";
import { isUnverified } from "../model/unverified.js";
import type { EmbeddingAnswer, EmbeddingCall, Protocol, WireRequest } from "../protocols/protocol.js";
import { lowerCase } from "./connect.js";
import { connectionFor } from "./connection.js";
import { type Exchange, exchange, jsonBody } from "./exchange.js";
import { located } from "./failure.js";
import type { EmbedOptions } from "./options.js";
import type { Target } from "./target.js";

type Embeddings = NonNullable<Protocol["embeddings"]>;

const optionNames: { readonly [Name in keyof Required<EmbedOptions>]: true } = {
  input: true,
  dimensions: true,
  options: true,
  signal: true,
  timeouts: true,
  apiKey: true,
  extraBody: true,
  extraHeaders: true,
  tags: true,
};

/** Throws as `chat` does; "invalid-response" when vectors are missing or have another length than the catalog says. */
export async function embed(target: Target, options: EmbedOptions): Promise<EmbeddingReply> {
  const { provider, modelId, model, client, protocol } = target;
  const { embeddings } = protocol;
  if (embeddings === undefined)
    throw new ModelwrightError("invalid-configuration", `${provider.id}: ${protocol.id} has no embeddings`);
  const input = typeof options.input === "string" ? [options.input] : options.input;
  const params = checkedParams(target, options, input);
  const answers: EmbeddingAnswer[] = [];
  const size = model.limits.batchItems ?? input.length;
  for (let from = 0; from < input.length; from += size) {
    const call = { provider, modelId, model, input: input.slice(from, from + size), params };
    answers.push(await embedBatch(target, { options, embeddings, call }));
  }
  const usages = answers.map((answer) => answer.usage);
  return {
    embeddings: answers.flatMap((answer) => answer.embeddings),
    usage: addUsage(usages),
    cost: costOf(usages, model.pricing, { at: client.now() }),
    provider: provider.id,
    model: modelId,
  };
}

function checkedParams(target: Target, options: EmbedOptions, input: readonly string[]): EmbeddingCall["params"] {
  const { provider, modelId, model } = target;
  const refuse = (code: "unsupported" | "invalid-request", message: string, path: string): never => {
    throw new CapabilityError(code, message, { provider: provider.id, model: modelId, path });
  };
  for (const name in options)
    if (!Object.hasOwn(optionNames, name))
      refuse("invalid-request", `unknown option "${name}"${didYouMean(name, Object.keys(optionNames))}`, name);
  if (!Array.isArray(input) || input.length === 0 || input.some((text) => typeof text !== "string"))
    refuse("invalid-request", "input must be a text or a list with at least one text", "input");
  const most = model.limits.inputChars;
  const long = most === undefined ? -1 : input.findIndex((text) => text.length > most);
  if (long !== -1)
    refuse("unsupported", violates(modelId, "input", `must have at most ${most} characters`), `input[${long}]`);
  const params: { [name: string]: unknown } = {};
  const assume = assumeOf(provider, model);
  for (const [name, given] of Object.entries({ dimensions: options.dimensions, ...options.options })) {
    if (given === undefined) continue;
    params[name] = isUnverified(given) ? given.value : given;
    if (isUnverified(given)) continue;
    if (!accepted(param(model, name), assume)) refuse("unsupported", refusesParam(modelId, name), name);
    const problem = violation(paramConstraint(model, name) ?? true, given);
    if (problem !== undefined) refuse("unsupported", violates(modelId, name, problem), name);
  }
  return params;
}

interface Batch {
  readonly options: EmbedOptions;
  readonly embeddings: Embeddings;
  readonly call: EmbeddingCall;
}

async function embedBatch(target: Target, { options, embeddings, call }: Batch): Promise<EmbeddingAnswer> {
  const exchanged = await exchange(exchangeOf(target, options), withExtras(embeddings.encode(call), options));
  try {
    const answer = embeddings.decode(await jsonBody(exchanged), call);
    checkVectors(answer, call);
    return answer;
  } catch (error) {
    throw located(error, exchanged.place);
  }
}

/** What every exchange of a target has in common. */
function exchangeOf({ client, provider, modelId, model, protocol }: Target, options: EmbedOptions): Exchange {
  return {
    provider,
    modelId,
    protocol,
    connection: connectionFor(client.connection(), options),
    ownURL: model.transport?.baseURL,
    signal: options.signal,
  };
}

function withExtras(wire: WireRequest, { extraBody, extraHeaders }: EmbedOptions): WireRequest {
  return {
    ...wire,
    headers: { ...wire.headers, ...lowerCase(extraHeaders ?? {}) },
    body: extraBody === undefined ? wire.body : { ...(wire.body as object), ...extraBody },
  };
}

function checkVectors({ embeddings }: EmbeddingAnswer, { input, model, params }: EmbeddingCall): void {
  if (embeddings.length !== input.length)
    throw new TransportError("invalid-response", `${embeddings.length} vectors for ${input.length} inputs`);
  const constraint = paramConstraint(model, "dimensions");
  const expected = params.dimensions ?? (typeof constraint === "object" ? constraint.default : undefined);
  const odd = embeddings.find((vector) => vector.length !== (expected ?? embeddings[0]?.length));
  if (odd !== undefined)
    throw new TransportError(
      "invalid-response",
      `a vector of ${odd.length} dimensions, not ${expected ?? "as many as the first"}`,
    );
}
