/** Downloads a model to the server. https://docs.ollama.com/api/pull */
import type { ProviderFacts } from "../../catalog/facts.js";
import type { Frame } from "../../transport/frame.js";
import { unreadable } from "../failure.js";
import { objectOf, textOf } from "../lenient.js";
import type { PullProgress, WireRequest } from "../protocol.js";
import { errorInside, failureIn } from "./error.js";

export function encodePull(model: string): WireRequest {
  return { method: "POST", path: "/api/pull", headers: {}, body: { model, stream: true } };
}

/** Throws `ProviderError` for the failure that a line states, `TransportError` ("invalid-response") for one that is no object. */
export function decodePull({ data }: Frame, provider: ProviderFacts, model: string): PullProgress {
  const call = { provider, modelId: model };
  const line = objectOf(parsed(data));
  if (line === undefined) throw unreadable(call, "a line is no JSON object");
  const failure = failureIn(line);
  if (failure !== undefined) throw errorInside(failure, call);
  const status = textOf(line.status) ?? "";
  return {
    status,
    digest: textOf(line.digest),
    total: bytesOf(line.total),
    completed: bytesOf(line.completed),
    done: status === "success",
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function bytesOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : undefined;
}
