/** Replays recorded traffic of the kinds beside chat: `replay-kinds.ts --wire <folder>`. Prints each row that is lost or misread, and why others cannot be replayed. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual, parseArgs } from "node:util";
import type { ModelFacts, ProtocolId, ProviderFacts } from "../../src/catalog/facts.js";
import { encodeForm } from "../../src/client/multipart.js";
import { isModelwrightError } from "../../src/errors.js";
import type { Protocol, WireRequest } from "../../src/protocols/protocol.js";
import type { ServedTask } from "../../src/protocols/server.js";
import type { TaskAnswer, TaskCall, TaskKind, WireAnswer } from "../../src/protocols/task.js";
import { binaryBody } from "../../src/simulator/form.js";
import { valueAt } from "../../src/simulator/wire-view.js";
import { loadRoom, loadServer } from "./replay-wires.js";

interface KindRow {
  readonly id: string;
  readonly provider: string;
  readonly protocol: string;
  readonly model: string | null;
  readonly endpoint: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly body?: unknown;
    readonly multipart?: readonly {
      readonly name: string;
      readonly value?: string;
      readonly filename?: string;
      readonly contentType?: string;
      readonly base64?: string;
    }[];
  };
  readonly response: {
    readonly status: number;
    readonly contentType: string;
    readonly body?: string;
    readonly bodyBase64?: string;
  };
}

/** Files, the room that speaks their rows, and the kind of model. */
const files = [
  "openai-images",
  "openai-audio",
  "openai-moderations",
  "rerank",
  "google-predict",
  "speech-other",
  "misc",
];
const spoken: { readonly [protocol: string]: readonly [ProtocolId, TaskKind] } = {
  "openai-images": ["openai-chat", "image"],
  "openai-speech": ["openai-chat", "speech"],
  "openai-transcription": ["openai-chat", "transcription"],
  "openai-moderations": ["openai-chat", "moderation"],
  "other-tts": ["openai-chat", "speech"],
  "openai-video": ["openai-chat", "video"],
  rerank: ["openai-chat", "rerank"],
  "google-predict": ["google-generative-ai", "image"],
};

/** Why a row has no counterpart. */
function unspoken({ provider, protocol, endpoint, model }: KindRow): string | undefined {
  if (protocol === "other-stt" && provider !== "deepgram")
    return `${provider}'s own transcription interface has no room`;
  if (endpoint.includes("translations")) return "translation is no transcription: the catalog has no such kind";
  if (protocol === "rerank" && provider === "cohere" && endpoint.startsWith("/v1"))
    return "version 1; the room speaks version 2";
  if (protocol === "replicate") return "a language model behind predictions";
  if (protocol === "google-predict" && model?.includes("embedding")) return "embeddings of Vertex AI's predict";
  if (protocol !== "other-stt" && spoken[protocol] === undefined)
    return `${protocol} is no kind of model that is called here`;
  return undefined;
}

const dialects: { readonly [provider: string]: ProviderFacts["dialect"] } = {
  openai: { "openai-chat": { imageEdits: "images" } },
  xai: { "openai-chat": { imageEdits: "image", speechText: "text", videoJobs: "generations" } },
  "google-vertex": { "google-generative-ai": { images: "predict" } },
};

const { wire } = parseArgs({ options: { wire: { type: "string" } } }).values;
if (wire === undefined || !existsSync(wire)) throw new Error("usage: replay-kinds.ts --wire <folder of recorded rows>");

let replayed = 0;
const wrong: string[] = [];
const skipped: string[] = [];
for (const row of files.flatMap((file) => rowsOf(join(wire, `${file}.jsonl`)))) {
  const why = unspoken(row);
  if (why !== undefined) {
    skipped.push(`${row.id} ${row.provider} ${row.endpoint}: ${why}`);
    continue;
  }
  const [roomId, kind] = roomOf(row);
  const problems = await replay(row, kind, await loadRoom(roomId), roomId).catch((error: unknown) => [
    `threw ${String(error)}`,
  ]);
  replayed += 1;
  wrong.push(...problems.map((problem) => `${row.id} ${row.provider} ${row.endpoint}: ${problem}`));
}
console.log(`${replayed} rows replayed, ${wrong.length} lost or misread, ${skipped.length} not replayed`);
for (const line of wrong) console.log(`WRONG ${line}`);
for (const line of skipped) console.log(`not replayed: ${line}`);
if (wrong.length > 0) process.exitCode = 1;

function rowsOf(file: string): KindRow[] {
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as KindRow).filter(({ protocol }) => protocol !== "mistral-ocr");
}

function roomOf(row: KindRow): readonly [ProtocolId, TaskKind] {
  if (row.protocol === "rerank" && row.provider === "cohere") return ["cohere-v2", "rerank"];
  if (row.protocol === "other-stt") return ["deepgram-speech", "transcription"];
  return spoken[row.protocol] as readonly [ProtocolId, TaskKind];
}

async function replay(row: KindRow, kind: TaskKind, room: Protocol, roomId: ProtocolId): Promise<string[]> {
  const call = callOf(row, kind);
  const problems = await replayRequest(row, kind, { room, roomId, call });
  return [...problems, ...(await replayAnswer(row, kind, room, call))];
}

/** Facts under which everything is passed on. */
function callOf(row: KindRow, kind: TaskKind): TaskCall<TaskKind> {
  const model: ModelFacts = {
    kind,
    input: ["text", "image"],
    output: [],
    features: {},
    params: {},
    limits: {},
    ...(row.protocol === "other-tts" ? { transport: { path: "/tts" } } : {}),
    ...(row.provider === "voyage" ? { params: { topN: { wire: "top_k" } } } : {}),
  };
  const provider = {
    id: row.provider,
    baseURL: "https://example.com",
    dialect: dialects[row.provider],
  } as ProviderFacts;
  const request = { prompt: "", images: [], input: "", audio: new Uint8Array([1]), query: "", documents: [] };
  return { provider, modelId: row.model ?? "m", model, request: request as never, params: {}, adjust: () => undefined };
}

/** What our server reads off the recorded request, our encoder writes again. */
async function replayRequest(
  row: KindRow,
  kind: TaskKind,
  { room, roomId, call }: { readonly room: Protocol; readonly roomId: ProtocolId; readonly call: TaskCall<TaskKind> },
): Promise<string[]> {
  if (row.request.method !== "POST") return [];
  const body = row.request.multipart === undefined ? row.request.body : await fieldsOf(row);
  if (body === undefined || body === null || (body as { input_audio?: unknown }).input_audio !== undefined) return [];
  const tasks = (await loadServer(roomId)).tasks;
  const served = tasks?.decode(body, {
    kind,
    route: { operation: kind, modelId: row.model ?? "m" },
    query: new URLSearchParams(row.endpoint.split("?")[1]),
  });
  if (served === undefined) return ["no server side"];
  const codec = (await room.tasks?.())?.[kind];
  const { params, request } = asked(served);
  const written = codec?.encode({ ...call, request, params } as never) as WireRequest | undefined;
  const again = written?.form === undefined ? written?.body : await formOf(written);
  return isDeepStrictEqual(plain(again), plain(body))
    ? []
    : [`request differs: ${JSON.stringify(again)?.slice(0, 300)}`];
}

/** Parameters by canonical name; members that no path names, as they are. */
function asked({ wire: members, paths, request }: ServedTask): {
  readonly params: { [name: string]: unknown };
  readonly request: unknown;
} {
  const subject = ["model", "prompt", "images", "image", "input", "text", "file", "url", "query", "documents"];
  const own = Object.entries(members).filter(
    ([name]) => !subject.includes(name) && !Object.values(paths).includes(name),
  );
  const named = Object.entries(paths).flatMap(([name, path]) => {
    const value = valueAt(members, path);
    return value === undefined ? [] : [[name, value] as const];
  });
  const params: { [name: string]: unknown } = { ...Object.fromEntries(own), ...Object.fromEntries(named) };
  if (params.top_k !== undefined) {
    params.topN = params.top_k;
    delete params.top_k;
  }
  return { params, request };
}

async function fieldsOf({ request }: KindRow): Promise<unknown> {
  const fields = (request.multipart ?? []).map(({ name, value, filename, contentType, base64 }) =>
    filename === undefined
      ? { name, value: value ?? "" }
      : { name, filename, mediaType: contentType ?? "", bytes: Buffer.from(base64 ?? "", "base64") },
  );
  return formOf({ method: "POST", path: "/", headers: {}, body: undefined, form: fields });
}

async function formOf({ form = [] }: WireRequest): Promise<unknown> {
  const { bytes, contentType } = encodeForm(form);
  const received = { method: "POST", path: "/", headers: { "content-type": contentType }, body: "", raw: bytes };
  return binaryBody(received);
}

/** Names of files are ours; pictures are compared by their bytes only. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value ?? null, (key, item: unknown) =>
      key === "filename" || key === "mediaType" ? undefined : item,
    ),
  ) as unknown;
}

async function replayAnswer(row: KindRow, kind: TaskKind, room: Protocol, call: TaskCall<TaskKind>): Promise<string[]> {
  const { status, body = "", bodyBase64, contentType } = row.response;
  const bytes =
    bodyBase64 === undefined ? new TextEncoder().encode(body) : new Uint8Array(Buffer.from(bodyBase64, "base64"));
  const text = new TextDecoder().decode(bytes);
  if (status >= 400) {
    const { message } = room.decodeFailure(JSON.parse(text), () => undefined);
    return text.includes(JSON.stringify(message).slice(1, -1)) ? [] : [`the failure's words are lost: ${message}`];
  }
  const answer: WireAnswer = {
    header: (name) => (name === "content-type" ? contentType : undefined),
    bytes,
    text: () => text,
    json: () => JSON.parse(text) as unknown,
  };
  const codec = (await room.tasks?.())?.[kind];
  if (codec === undefined) return ["no codec"];
  try {
    if (!("encodePoll" in codec))
      return compare(
        (codec.decode as (a: WireAnswer, c: unknown) => TaskAnswer<TaskKind>)(answer, call).result,
        text,
        kind,
      );
    if (row.request.method === "POST") return "id" in codec.decodeTicket(answer, call as never) ? [] : ["no ticket"];
    const state = codec.decodeStatus(answer, call as never, { id: "x" });
    return (state.state === "done") === /"status":\s*"(done|completed)"/.test(text) ? [] : [`state ${state.state}`];
  } catch (error) {
    const filtered = text.includes("raiFilteredReason") && isModelwrightError(error) && error.code === "content-filter";
    return filtered ? [] : [`threw ${String(error)}`];
  }
}

/** What any reader of the body sees. */
function compare(result: object, text: string, kind: TaskKind): string[] {
  const json = (text.trimStart().startsWith("{") ? JSON.parse(text) : {}) as { readonly [member: string]: unknown };
  const body = json.results !== undefined && kind === "transcription" ? deepgramBody(json) : json;
  const length = (value: unknown) => (Array.isArray(value) ? value.length : 0);
  const got = result as { readonly [member: string]: unknown };
  const expectations: { readonly [K in TaskKind]?: readonly (readonly [string, unknown, unknown])[] } = {
    image: [
      ["pictures", length(got.images), (text.match(/"(?:b64_json|url|bytesBase64Encoded|gcsUri)":/g) ?? []).length],
    ],
    transcription: [
      ["text", got.text, body.text ?? text.replace(/\n$/, "")],
      ["segments", length(got.segments), length(body.segments)],
      ["words", length(got.words), length(body.words)],
      ["language", got.language ?? null, body.language ?? null],
    ],
    moderation: [["results", length(got.results), length(body.results)]],
    rerank: [["results", length(got.results), length(body.results ?? body.data)]],
    speech: [["sound", (got.audio as { audio?: unknown } | undefined)?.audio !== undefined, true]],
  };
  return (expectations[kind] ?? []).flatMap(([name, found, wanted]) =>
    isDeepStrictEqual(found, wanted) ? [] : [`${name}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`],
  );
}

/** The members of Deepgram's answer under the names of the others. */
function deepgramBody({ results }: { readonly [member: string]: unknown }): { readonly [member: string]: unknown } {
  const first = "channels.0.alternatives.0";
  const at = (path: string) => valueAt(results as object as { readonly [member: string]: unknown }, path);
  return { text: at(`${first}.transcript`), words: at(`${first}.words`), segments: at("utterances") };
}
