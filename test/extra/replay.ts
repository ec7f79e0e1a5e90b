/**
 * Replays recorded provider traffic through the protocol rooms and prints what they misread.
 *
 *     node --import tsx test/extra/replay.ts --wire <folder> [--protocol openai-chat] [--row id] [--cut]
 *
 * Every 2xx answer must equal the row's expectation however its bytes are cut into chunks, every failure must give a
 * message, and every request must keep its meaning through the served and the client side. With `--cut` every stream
 * is also ended at every byte: it may fail, but never pass for a shorter success. Exits with 1 when a row is misread.
 */
import { isDeepStrictEqual, parseArgs } from "node:util";
import type { ProtocolId } from "../../src/catalog/facts.js";
import type { NeutralRequest } from "../../src/chat/request.js";
import { isModelwrightError } from "../../src/errors.js";
import type { Protocol } from "../../src/protocols/protocol.js";
import type { ServerProtocol } from "../../src/protocols/server.js";
import { type Answer, answerOf, bodyBytes, decodeRow, isStream, seeded } from "./replay-answer.js";
import { differences, type Expectations, totals } from "./replay-compare.js";
import { callOf, loadRows, type Row } from "./replay-rows.js";

interface Wire extends Expectations {
  readonly room: ProtocolId;
}

/** Rooms by the protocol name of the rows. */
const wires: { readonly [protocol: string]: Wire } = {
  "openai-chat": { room: "openai-chat", totals: totals.openai!, finish: true },
  "openai-embeddings": { room: "openai-chat", totals: totals.openai!, finish: false },
  "openai-responses": { room: "openai-responses", totals: totals.responses!, finish: false },
  "anthropic-messages": { room: "anthropic-messages", totals: totals.anthropic!, finish: true },
  "google-generate-content": { room: "google-generative-ai", totals: totals.google!, finish: true },
  ollama: { room: "ollama", totals: totals.ollama!, finish: true },
  "cohere-v2": { room: "cohere-v2", totals: totals.cohere!, finish: true },
  "cohere-embed": { room: "cohere-v2", totals: totals.cohereEmbed!, finish: false },
  "bedrock-converse": { room: "bedrock-converse", totals: totals.bedrock!, finish: true },
  "google-embed": { room: "google-generative-ai", totals: totals.google!, finish: false },
};

const seeds = [1, 2, 3, 4, 5];

const { values: options } = parseArgs({
  options: {
    wire: { type: "string" },
    protocol: { type: "string" },
    row: { type: "string" },
    cut: { type: "boolean", default: false },
  },
});

interface Tally {
  matched: number;
  skipped: number;
  readonly misread: string[];
}

async function main(folder: string): Promise<number> {
  const tallies = new Map<string, Tally>();
  for (const row of loadRows(folder)) {
    const wire = wires[row.protocol];
    if (wire === undefined || (options.protocol !== undefined && options.protocol !== wire.room)) continue;
    if (options.row !== undefined && options.row !== row.id) continue;
    const room = await loadRoom(wire.room);
    add(tallies, `${row.protocol} answers`, row, await guarded(() => checkAnswer(row, wire, room)));
    const server = await loadServer(wire.room);
    if (server !== undefined)
      add(
        tallies,
        `${row.protocol} requests`,
        row,
        await guarded(() => checkRequest(row, wire.room, { room, server })),
      );
    if (options.cut && isStream(row) && row.response.status < 400)
      add(tallies, `${row.protocol} cuts`, row, await guarded(() => checkCuts(row, wire, room)));
  }
  let misread = 0;
  for (const [name, tally] of tallies) {
    misread += tally.misread.length;
    console.log(`${name}: ${tally.matched} matched, ${tally.misread.length} misread, ${tally.skipped} skipped`);
    for (const line of tally.misread) console.log(`  ${line}`);
  }
  return misread === 0 ? 0 : 1;
}

/** Undefined: nothing to check in this row. */
type Findings = readonly string[] | undefined;

async function guarded(check: () => Findings): Promise<Findings> {
  try {
    return check();
  } catch (error) {
    return [
      error instanceof Error
        ? isModelwrightError(error)
          ? `${error.code}: ${error.message}`
          : (error.stack ?? "")
        : String(error),
    ];
  }
}

function add(tallies: Map<string, Tally>, name: string, row: Row, findings: Findings): void {
  const tally = tallies.get(name) ?? { matched: 0, skipped: 0, misread: [] };
  tallies.set(name, tally);
  if (findings === undefined) tally.skipped++;
  else if (findings.length === 0) tally.matched++;
  else tally.misread.push(`${row.id} (${row.provider}): ${findings.join(" | ")}`);
}

async function loadRoom(id: ProtocolId): Promise<Protocol> {
  const module = (await import(`../../src/protocols/${id}/index.js`)) as { readonly [name: string]: unknown };
  return Object.values(module).find((value) => (value as Protocol).id === id) as Protocol;
}

async function loadServer(id: ProtocolId): Promise<ServerProtocol | undefined> {
  try {
    const module = (await import(`../../src/protocols/${id}/server.js`)) as { readonly [name: string]: unknown };
    return Object.values(module).find((value) => (value as ServerProtocol).id === id) as ServerProtocol;
  } catch {
    return undefined;
  }
}

function checkAnswer(row: Row, wire: Wire, room: Protocol): Findings {
  if (row.response.status >= 400) return checkFailure(row, room);
  if (row.expect === undefined || row.expect === null || !/chat|responses|embeddings/.test(row.operation))
    return undefined;
  if (row.operation === "embeddings") return checkEmbeddings(row, wire, room);
  const call = callOf(row, wire.room);
  for (const seed of seeds) {
    const found = checkDecoding(row, wire, () =>
      answerOf(decodeRow(row, { room, call, chunking: seeded(seed, seed === 1 ? 1 : 64 * seed) })),
    );
    if (found.length > 0 || !isStream(row)) return found;
  }
  return [];
}

function checkDecoding(row: Row, wire: Wire, decode: () => Answer): readonly string[] {
  // The independent decoder does not know the error frames of the binary framing.
  const wanted = row.expect?.error ?? (row.tags.includes("stream-error") ? {} : undefined);
  try {
    const answer = decode();
    if (wanted === undefined) return differences(row, answer, wire);
    // Gemini's blocked prompt is an answer without text, not a failure of the call.
    const blocked = wanted.blockReason !== undefined && answer.finish?.finishReason === "content-filter";
    return blocked ? [] : ["an error was expected"];
  } catch (error) {
    if (wanted !== undefined && isModelwrightError(error) && error.providerMessage !== undefined) return [];
    throw error;
  }
}

function checkFailure(row: Row, room: Protocol): readonly string[] {
  const text = row.response.body ?? "";
  const { message } = room.decodeFailure(parsed(text), (name) => row.response.headers?.[name.toLowerCase()]);
  if (message === "") return ["no message"];
  // The message stands in the body, escaped perhaps.
  const words = message.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 3);
  const foreign = words.filter((word) => !text.includes(word));
  return foreign.length === 0 || text.trim() === "" ? [] : [`message is not the provider's: ${message}`];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function checkEmbeddings(row: Row, wire: Wire, room: Protocol): Findings {
  const { count = 0, dims, usage } = row.expect ?? {};
  const { provider, modelId, model } = callOf(row, wire.room);
  const input = Array.from({ length: count }, () => "");
  const answer = room.embeddings?.decode(parsed(row.response.body ?? ""), {
    provider,
    modelId,
    model,
    input,
    params: {},
  });
  const found: string[] = [];
  if (answer?.embeddings.length !== count) found.push(`${answer?.embeddings.length} embeddings`);
  if (answer?.embeddings[0]?.length !== dims) found.push(`${answer?.embeddings[0]?.length} dimensions`);
  const wanted = usage ? wire.totals(usage, row)[0] : 0;
  if (answer?.usage.inputTokens !== wanted) found.push(`usage ${answer?.usage.inputTokens} instead of ${wanted}`);
  return found;
}

/** A stream that ends early gives the whole answer or an error. */
function checkCuts(row: Row, wire: Wire, room: Protocol): Findings {
  if (row.expect?.error !== undefined) return undefined;
  const call = callOf(row, wire.room);
  const bytes = bodyBytes(row);
  // Long streams are cut at some bytes only, with a step that drifts over all places of an event.
  const step = Math.max(1, Math.floor(bytes.length / 2000));
  for (let length = 0; length < bytes.length; length += step) {
    let answer: Answer;
    try {
      answer = answerOf(decodeRow(row, { room, call, bytes: bytes.subarray(0, length), chunking: () => 1 << 20 }));
    } catch (error) {
      if (isModelwrightError(error)) continue;
      throw error;
    }
    const found = differences(row, answer, wire).filter(
      (line) => !line.startsWith("usage") && !line.startsWith("finish"),
    );
    if (found.length > 0) return [`cut at ${length} of ${bytes.length}: ${found.join(" | ")}`];
  }
  return [];
}

/** The request as its server reads it, encoded by the client and read again: the same. */
function checkRequest(
  row: Row,
  protocol: ProtocolId,
  { room, server }: { room: Protocol; server: ServerProtocol },
): Findings {
  if (row.operation === "embeddings" || row.request.body === null || row.response.status >= 400) return undefined;
  const route = server.route("POST", pathOf(row));
  if (route?.operation !== "chat") return undefined;
  let served: ReturnType<ServerProtocol["decodeChat"]>;
  try {
    served = server.decodeChat(row.request.body, route);
  } catch (error) {
    if (isModelwrightError(error) && error.code === "invalid-request") return undefined;
    throw error;
  }
  const changes: string[] = [];
  const adjust = ({ path, action, reason }: { path: string; action: string; reason: string }): void =>
    void changes.push(`${action} ${path}: ${reason}`);
  const before = JSON.stringify(served.request);
  const call = { ...callOf(row, protocol, served.request), stream: served.stream, adjust };
  const again = server.decodeChat(JSON.parse(JSON.stringify(room.encodeChat(call).body)), route);
  if (JSON.stringify(served.request) !== before) return ["the request was changed in place"];
  if (changes.length > 0) return undefined;
  const [was, is] = [served.request, again.request].map(
    (request) => JSON.parse(JSON.stringify(plain(request))) as { [member: string]: unknown },
  );
  return Object.keys({ ...was, ...is })
    .filter((member) => !isDeepStrictEqual(was?.[member], is?.[member]))
    .map(
      (member) =>
        `${member}: ${JSON.stringify(is?.[member])?.slice(0, 300)} instead of ${JSON.stringify(was?.[member])?.slice(0, 300)}`,
    );
}

/**
 * What different wires of one meaning have in common: text in one part (or an answer's in several) is a string, an
 * effort switches reasoning on, signed reasoning repeats its text, arguments `null` are none, and tools are
 * not strict, nor results failures, unless they say so.
 */
function plain(request: NeutralRequest): NeutralRequest {
  const messages = request.messages.map((given) => {
    const message = given.role === "tool" ? { ...given, isError: given.isError === true } : given;
    const { role, content } = message;
    if (typeof content === "string" || content.length === 0) return message;
    if (role === "assistant") {
      const parts = content.map((part) => {
        if (part.type === "tool-call") return { ...part, input: part.input ?? {} };
        return part.type === "reasoning" && part.replay ? { ...part, text: "" } : part;
      });
      if (parts.some((part) => part.type !== "text")) return { ...message, content: parts };
    }
    const texts = content.every((part) => part.type === "text" && part.cache === undefined);
    if (!texts || (content.length > 1 && role !== "assistant" && role !== "tool")) return message;
    return { ...message, content: content.map((part) => (part.type === "text" ? part.text : "")).join("") };
  });
  const { reasoning } = request;
  return {
    ...request,
    tools: request.tools.map((tool) => ({ ...tool, strict: tool.strict === true })),
    messages: messages as NeutralRequest["messages"],
    reasoning: reasoning?.effort === undefined ? reasoning : { ...reasoning, enabled: undefined },
  };
}

/** The endpoint without what belongs to the base URL, and without the query. */
function pathOf(row: Row): string {
  const path = row.endpoint.split("?")[0] ?? "";
  const at = path.search(/\/(?:chat\/completions|responses|messages|models\/[^/]+:\w+)$/);
  return at < 0 ? path : path.slice(at);
}

if (options.wire === undefined) {
  console.error("usage: node --import tsx test/extra/replay.ts --wire <folder> [--protocol id] [--row id] [--cut]");
  process.exitCode = 2;
} else process.exitCode = await main(options.wire);
