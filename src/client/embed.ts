/** `embed`: vectors of texts and media, split into batches that the provider takes. */
import { accepted, assumeOf, param, paramConstraint } from "../catalog/capabilities.js";
import { violation } from "../catalog/constraints.js";
import { didYouMean } from "../catalog/nearest.js";
import { refusesParam, requires, violates } from "../catalog/sentences.js";
import { costOf } from "../chat/cost.js";
import { addUsage } from "../chat/usage.js";
import { type Attempt, CapabilityError, isModelwrightError } from "../errors.js";
import type { EmbeddingReply } from "../model/handle.js";
import { isUnverified } from "../model/unverified.js";
import { connectionFor } from "./connection.js";
import type { EmbeddedBatch, EmbeddingBatch } from "./embed-batch.js";
import { embeddingValues, inBatches } from "./embed-input.js";
import { located } from "./failure.js";
import type { EmbedOptions } from "./options.js";
import type { Target } from "./target.js";
import { hookedOptions, hookedReply, hooksOf, type TaskHooks, telling } from "./task-hooks.js";

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
export async function embed(target: Target, given: EmbedOptions): Promise<EmbeddingReply> {
  const hooks = hooksOf(target, given);
  return telling(hooks, async () => {
    const options = await hookedOptions(hooks, given);
    return hookedReply(hooks, await embedAll(target, options, hooks));
  });
}

async function embedAll(target: Target, options: EmbedOptions, hooks: TaskHooks): Promise<EmbeddingReply> {
  const { provider, modelId, model, client, protocol, generation } = target;
  const params = checkedParams(target, options);
  const values = embeddingValues(target, options.input);
  const attempts: Attempt[] = [];
  const { signal, tags, extraBody, extraHeaders } = options;
  const extra = { extraBody, extraHeaders };
  const connection = connectionFor(client.connection(), options);
  const about = { provider, modelId, model, generation, protocol, connection, signal, tags, attempts };
  const call = { ...about, params, extra, hooks };
  const answers: EmbeddedBatch[] = [];
  try {
    for (const input of inBatches(values, target)) answers.push(await client.embedHandler({ ...call, input }));
  } catch (error) {
    // What a hook throws stays as it is.
    if (!isModelwrightError(error)) throw error;
    throw located(error, { provider, modelId, generation, secrets: [] }, { attempts });
  }
  const usages = answers.map((answer) => answer.usage);
  return {
    embeddings: answers.flatMap((answer) => answer.embeddings),
    usage: addUsage(usages),
    cost: costOf(usages, model.pricing, { at: client.now(), region: client.connection().region(model) }),
    provider: provider.id,
    model: modelId,
    generation,
  };
}

function checkedParams(target: Target, options: EmbedOptions): EmbeddingBatch["params"] {
  const { provider, modelId, model, generation } = target;
  const refuse = (code: "unsupported" | "invalid-request", message: string, path: string): never => {
    throw new CapabilityError(code, message, { provider: provider.id, model: modelId, generation, path });
  };
  for (const name in options)
    if (!Object.hasOwn(optionNames, name))
      refuse("invalid-request", `unknown option "${name}"${didYouMean(name, Object.keys(optionNames))}`, name);
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
  for (const [name, constraint] of Object.entries(model.params))
    if (typeof constraint === "object" && constraint.required === true && params[name] === undefined)
      refuse("unsupported", requires(modelId, name), name);
  return params;
}
