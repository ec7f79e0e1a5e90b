/** Reads a list of models from a file or a URL: bounded in bytes and time, never redirected, keys never sent. */
import { readFile, stat } from "node:fs/promises";
import { type List, type ListOptions, readList } from "../../codegen/import/lists/index.js";
import { readJson } from "../catalog/json-text.js";
import { isObject, type JsonObject } from "../catalog/merge.js";
import { catalogLimits } from "../catalog/parse.js";
import { isModelwrightError, ModelwrightError } from "../errors.js";
import { createFetchTransport } from "../transport/fetch.js";
import { parseBaseURL } from "../transport/url.js";

const limits = { totalMs: 30_000, shown: 500 } as const;

const send = createFetchTransport((url, init) => fetch(url, init));

/** Throws `ModelwrightError` with the place and the reason. */
export async function listFrom(place: string, options: ListOptions): Promise<List> {
  const isUrl = /^https?:\/\//.test(place);
  const value = isUrl ? await fromUrl(place) : await fromFile(place);
  return asList(place, value, options);
}

/** The same for a list that is there already. */
export function asList(place: string, value: unknown, options: ListOptions): List {
  try {
    return readList(value, options);
  } catch (cause) {
    throw failed(place, cause instanceof Error ? cause.message : String(cause));
  }
}

async function fromFile(path: string): Promise<unknown> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true) throw failed(path, "there is no such file");
  if (found.size > catalogLimits.bytes) throw failed(path, `larger than ${catalogLimits.bytes} bytes`);
  return parsed(path, await readFile(path, "utf8"));
}

async function fromUrl(address: string): Promise<unknown> {
  const url = parseBaseURL(address, "the address of the list");
  const local = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  if (url.protocol !== "https:" && !local) throw failed(place(url), "the address must begin with https://");
  const list = await ask(url);
  return url.pathname.endsWith("/api/tags") ? withAbilities(url, list) : list;
}

/** Ollama says what a model can do only when asked for that one. */
async function withAbilities(tags: URL, list: unknown): Promise<unknown> {
  const models = isObject(list) && Array.isArray(list.models) ? (list.models as unknown[]).filter(isObject) : [];
  const shown: JsonObject[] = [];
  for (const model of models.slice(0, limits.shown)) {
    const answer = await ask(new URL("./show", tags), JSON.stringify({ model: model.model ?? model.name }));
    shown.push({ ...(isObject(answer) ? answer : {}), ...model });
  }
  return { models: shown };
}

async function ask(url: URL, body?: string): Promise<unknown> {
  const response = await send({
    method: body === undefined ? "GET" : "POST",
    url,
    headers: { accept: "application/json", ...(body === undefined ? {} : { "content-type": "application/json" }) },
    body,
    signal: undefined,
    timeouts: { total: limits.totalMs },
  }).catch((error: unknown) => {
    throw failed(place(url), isModelwrightError(error) ? error.message : "connection failed");
  });
  if (response.status !== 200) {
    response.dispose();
    const redirect = response.status >= 300 && response.status < 400;
    throw failed(
      place(url),
      redirect ? "a redirect, which is never followed: name where it leads" : `status ${response.status}`,
    );
  }
  const text = await response.text(catalogLimits.bytes).catch((error: unknown) => {
    throw failed(place(url), isModelwrightError(error) ? error.message : "connection lost");
  });
  return parsed(place(url), text);
}

function parsed(name: string, text: string): unknown {
  const { value, problems } = readJson(text, catalogLimits.depth);
  const [problem] = problems;
  if (problem !== undefined) throw failed(name, problem.message);
  return value;
}

/** A query may hold a key. */
const place = (url: URL): string => url.origin + url.pathname;

function failed(name: string, why: string): ModelwrightError {
  return new ModelwrightError("invalid-configuration", `${name}: ${why}`);
}
