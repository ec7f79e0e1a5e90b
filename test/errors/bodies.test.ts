/** What the failures of every shipped provider mean, by the tables of the catalog and the rooms: whole bodies, and inside 200 answers. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ChatProtocolId } from "../../src/catalog/facts.js";
import { loadCatalog } from "../../src/catalog/load.js";
import { defineProvider } from "../../src/client/define-provider.js";
import type { ChatHandle } from "../../src/client/handle.js";
import { type ErrorCode, errorCodes, isModelwrightError, type ModelwrightError } from "../../src/errors.js";
import { aws } from "../../src/transport/cloud.js";
import { rooms } from "../routing/wires.js";

interface FailureCase {
  readonly provider: string;
  readonly status: number;
  /** An object is sent as JSON. */
  readonly body: unknown;
  readonly headers?: { readonly [name: string]: string };
  readonly code: ErrorCode;
  readonly retryAfterMs?: number;
}

/** A 200 answer that turns out to be a failure. */
interface InsideCase {
  readonly provider: string;
  readonly title: string;
  readonly type: string;
  readonly body: string;
  readonly code: ErrorCode;
  /** Text that was out before. */
  readonly partial?: string;
}

/** One case per line, after the providers' own references of errors. */
function casesIn<Case>(file: string): readonly Case[] {
  const text = readFileSync(new URL(file, import.meta.url), "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Case);
}

const failures = casesIn<FailureCase>("failures.jsonl");
const inside = casesIn<InsideCase>("failures-inside.jsonl");
const { providers } = await loadCatalog("catalog");

/** A model of the provider, behind a server that gives one answer. */
function modelOf(id: string, answer: () => Response): ChatHandle {
  const facts = providers.find((provider) => provider.id === id);
  if (facts === undefined) throw new Error(`no provider ${id} in the catalog`);
  const protocols = [rooms[facts.protocol as ChatProtocolId]] as const;
  const provider = defineProvider(
    { protocols, cloud: aws, facts: { ...facts, unknownModels: "permissive", models: {} } },
    {
      fetch: async () => answer(),
      apiKey: "key-of-the-test",
      credentials: { accessKeyId: "AKID", secretAccessKey: "secret-of-the-test" },
      vars: { region: "eu-west-1" },
      baseURL: "http://127.0.0.1:9/v1",
      retry: false,
      env: {},
    },
  );
  return provider.model("some-model") as unknown as ChatHandle;
}

async function failureOf(call: Promise<unknown>): Promise<ModelwrightError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isModelwrightError(error)) throw new Error(`no failure of ours: ${String(error)}`);
  return error;
}

describe.each([...new Set(failures.map(({ provider }) => provider))])("%s", (id) => {
  const cases = failures.filter(({ provider }) => provider === id);
  it.each(cases)("$status is $code: $body", async ({ status, body, headers = {}, code, retryAfterMs }) => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const answer = () => new Response(text, { status, headers: { ...headers, "x-request-id": "r-1" } });
    const error = await failureOf(modelOf(id, answer).chat({ messages: "Hi" }));
    expect(error).toMatchObject({
      name: "ProviderError",
      code,
      status,
      retryAfterMs,
      provider: id,
      model: "some-model",
    });
    expect(error).toMatchObject({ requestId: "r-1", ...errorCodes[code] });
    const wait = retryAfterMs === undefined ? "" : `, retry after ${retryAfterMs / 1000} s`;
    expect(error.message).toBe(`${id}/some-model: ${status} ${code}${wait}: ${error.providerMessage}`);
    expect(error.providerMessage).not.toMatch(/^$|<html|\[object/i);
  });
});

describe("inside a 200 answer", () => {
  it.each(inside)("$provider: $title is $code", async ({ provider, type, body, code, partial }) => {
    const answer = () => new Response(body, { status: 200, headers: { "content-type": type } });
    const model = modelOf(provider, answer);
    const stream = type !== "application/json";
    const error = await failureOf(stream ? model.stream({ messages: "Hi" }).reply : model.chat({ messages: "Hi" }));
    expect(error).toMatchObject({ name: "ProviderError", code, provider, model: "some-model" });
    expect(error.message).toContain(`${provider}/some-model: ${code} inside the answer`);
    if (partial !== undefined) expect(error.partial).toMatchObject({ text: partial });
  });
});
