/**
 * Replays recorded provider traffic through the protocol rooms and prints what they misread.
 *
 *     node --import tsx test/extra/replay.ts --wire <folder> [--protocol openai-chat] [--row id] [--cut] [--mutate]
 *
 * Every 2xx answer must equal the row's expectation however its bytes are cut into chunks, every failure must give a
 * message, and every request must keep its meaning through the served and the client side. With `--cut` every stream
 * is also ended at every byte, with `--mutate` its members are removed, nulled and retyped one by one. Rows with
 * nothing to check are listed with the reason. Exits with 1 when a row is misread.
 */
import { isDeepStrictEqual, parseArgs } from "node:util";
import type { ProtocolId } from "../../src/catalog/facts.js";
import type { AnyMessage, AssistantPart, Replay } from "../../src/chat/message.js";
import type { NeutralRequest } from "../../src/chat/request.js";
import { isModelwrightError } from "../../src/errors.js";
import type { Protocol } from "../../src/protocols/protocol.js";
import type { ServerProtocol } from "../../src/protocols/server.js";
import { brokenByCuts, brokenByMutations, tried } from "../protocols/broken.js";
import { type Answer, answerOf } from "../protocols/streams.js";
import { bodyBytes, decodeRow, isStream, seeded } from "./replay-answer.js";
import { differences } from "./replay-compare.js";
import { detailDifferences } from "./replay-details.js";
import { unwrapped } from "./replay-invoke.js";
import { callOf, loadRows, type Row } from "./replay-rows.js";
import { loadRoom, loadServer, type Wire, wireOf } from "./replay-wires.js";

const seeds = [1, 2, 3, 4, 5];

const { values: options } = parseArgs({
  options: {
    wire: { type: "string" },
    protocol: { type: "string" },
    row: { type: "string" },
    cut: { type: "boolean", default: false },
    mutate: { type: "boolean", default: false },
  },
});

interface Tally {
  matched: number;
  readonly misread: string[];
  /** Rows by the reason why there is nothing to check in them. */
  readonly skipped: Map<string, string[]>;
}

async function main(folder: string): Promise<number> {
  const tallies = new Map<string, Tally>();
  const run = async (name: string, row: Row, check: () => Findings): Promise<void> =>
    add(tallies, name, row, await guarded(check));
  for (const recorded of loadRows(folder)) {
    if (options.row !== undefined && options.row !== recorded.id) continue;
    const row = recorded.protocol === "bedrock-invoke" ? unwrapped(recorded) : recorded;
    if (typeof row === "string") {
      add(tallies, "no room", recorded, { skipped: `${recorded.protocol}: ${row}` });
      continue;
    }
    const wire = wireOf(row);
    if (options.protocol !== undefined && options.protocol !== (typeof wire === "string" ? row.protocol : wire.room))
      continue;
    if (typeof wire === "string") {
      add(tallies, "no room", row, { skipped: `${row.protocol}: ${wire}` });
      continue;
    }
    const room = await loadRoom(wire.room);
    const server = await loadServer(wire.room);
    await run(`${row.protocol} answers`, row, () => checkAnswer(row, wire, room));
    await run(`${row.protocol} details`, row, () => checkDetails(row, wire, { room, server }));
    await run(`${row.protocol} requests`, row, () => checkRequest(row, wire.room, { room, server }));
    if (!isStream(row) || row.response.status >= 400) continue;
    const call = callOf(row, wire.room);
    const bytes = bodyBytes(row);
    if (options.cut) await run(`${row.protocol} cuts`, row, () => brokenByCuts(bytes, { room, call }));
    const candidates = row.tags.includes("multi-choice") ? "several" : "one";
    if (options.mutate)
      await run(`${row.protocol} mutations`, row, () => brokenByMutations(bytes, { room, call }, { candidates }));
  }
  let misread = 0;
  for (const [name, tally] of tallies) {
    misread += tally.misread.length;
    const skipped = [...tally.skipped.values()].flat().length;
    console.log(
      `${name}: ${tally.matched} matched, ${tally.misread.length} misread, ${skipped} without anything to check`,
    );
    for (const line of tally.misread) console.log(`  ${line}`);
    for (const [reason, ids] of tally.skipped) console.log(`  ${ids.length} × ${reason}: ${ids.join(" ")}`);
  }
  if (options.cut)
    console.log(`cut at ${tried.cuts} places, ${tried.undecidable} of them after a first of several finish reasons`);
  if (options.mutate) console.log(`changed ${tried.mutations} members`);
  return misread === 0 ? 0 : 1;
}

/** What is wrong; nothing; or why there is nothing to check in this row. */
type Findings = readonly string[] | Skip;
interface Skip {
  readonly skipped: string;
}

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
  const tally = tallies.get(name) ?? { matched: 0, misread: [], skipped: new Map<string, string[]>() };
  tallies.set(name, tally);
  if ("skipped" in findings) {
    tally.skipped.set(findings.skipped, [...(tally.skipped.get(findings.skipped) ?? []), row.id]);
    return;
  }
  if (findings.length === 0) tally.matched++;
  else tally.misread.push(`${row.id} (${row.provider}): ${findings.join(" | ")}`);
}

function checkAnswer(row: Row, wire: Wire, room: Protocol): Findings {
  if (row.response.status >= 400) return checkFailure(row, room);
  if (row.operation === "models") return checkModels(row, room);
  if (!/chat|responses|embeddings/.test(row.operation)) return { skipped: `${row.operation} is no chat` };
  if (row.expect === undefined || row.expect === null) return { skipped: "no independent reading to compare with" };
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

function checkDetails(row: Row, wire: Wire, { room, server }: { room: Protocol; server: ServerProtocol }): Findings {
  if (row.response.status >= 400 || !/chat|responses/.test(row.operation)) return { skipped: "no answer of a chat" };
  if (
    row.expect === undefined ||
    row.expect === null ||
    row.expect.error !== undefined ||
    row.tags.includes("stream-error")
  )
    return { skipped: "no answer" };
  const call = callOf(row, wire.room);
  const events = decodeRow(row, { room, call, chunking: seeded(1, 4096) });
  return detailDifferences({ row, events, room, server, call });
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

/** The list of models: each entry, by its id. Ids of Google stand below `models/`. */
function checkModels(row: Row, room: Protocol): Findings {
  const body = parsed(row.response.body ?? "") as {
    readonly [name: string]: readonly { readonly [name: string]: string }[];
  };
  const wanted = (body.data ?? body.models ?? []).map(
    ({ id, model, name }) => id ?? model ?? name?.replace("models/", ""),
  );
  const listed = room.models?.decode(body);
  const found = listed?.models.map(({ id }) => id);
  const lost = isDeepStrictEqual(found, wanted) ? [] : [`${found?.length} models instead of ${wanted.length}`];
  const next = /"(?:has_more":\s*true|nextPageToken")/.test(row.response.body ?? "");
  return next === (listed?.next !== undefined) ? lost : [...lost, `next page: ${listed?.next}`];
}

/** The request as its server reads it, encoded by the client and read again: the same. */
function checkRequest(
  row: Row,
  protocol: ProtocolId,
  { room, server }: { room: Protocol; server: ServerProtocol },
): Findings {
  if (row.operation === "embeddings") return { skipped: "embeddings are compared by their answers" };
  if (row.operation === "models") return { skipped: "a list of models is asked for without a body" };
  if (row.request.body === null) return { skipped: "no request was recorded" };
  if (row.response.status >= 400) return { skipped: "the provider refused it" };
  const route = server.route("POST", pathOf(row));
  if (route?.operation !== "chat") return { skipped: `no endpoint of a chat: ${row.endpoint.split("?")[0]}` };
  let served: ReturnType<ServerProtocol["decodeChat"]>;
  try {
    served = server.decodeChat(row.request.body, route);
  } catch (error) {
    if (isModelwrightError(error) && error.code === "invalid-request")
      return { skipped: `not served: ${error.message}` };
    throw error;
  }
  const changes: string[] = [];
  const adjust = ({ path, action, reason }: { path: string; action: string; reason: string }): void =>
    void changes.push(`${action} ${path.replace(/\d+/g, "N")}: ${reason}`);
  const before = JSON.stringify(served.request);
  const call = { ...callOf(row, protocol, served.request), stream: served.stream, adjust };
  const again = server.decodeChat(JSON.parse(JSON.stringify(room.encodeChat(call).body)), route);
  if (JSON.stringify(served.request) !== before) return ["the request was changed in place"];
  if (changes.length > 0) return { skipped: `adjusted, and said so: ${[...new Set(changes)].join(", ")}` };
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
 * effort switches reasoning on, signed reasoning repeats its text, arguments `null` are none, an empty unsigned text
 * says nothing, results stand in any order, and tools are not strict, nor results failures, unless they say so.
 */
function plain(request: NeutralRequest): NeutralRequest {
  const messages = request.messages.map((given) => {
    const message = given.role === "tool" ? { ...given, isError: given.isError === true } : given;
    const { role, content } = message;
    if (typeof content === "string" || content.length === 0) return message;
    if (role === "assistant") {
      const parts = content.filter(saysSomething).map((part) => {
        if (part.type === "tool-call") return { ...part, input: part.input ?? {} };
        return part.type === "reasoning" && part.replay ? { ...part, text: "", replay: telling(part.replay) } : part;
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
    messages: inOrder(messages as NeutralRequest["messages"]),
    reasoning: reasoning?.effort === undefined ? reasoning : { ...reasoning, enabled: undefined },
  };
}

function saysSomething(part: AssistantPart): boolean {
  return part.type !== "text" || part.text !== "" || part.replay !== undefined;
}

/** A reasoning item less what says nothing, and less the id that a provider which keeps no turns does not know. */
function telling(replay: Replay): Replay {
  if (replay.protocol !== "openai-responses") return replay;
  const members = Object.entries(replay.data as object).filter(
    ([name, value]) => name !== "id" && name !== "status" && value !== null && !isDeepStrictEqual(value, []),
  );
  return { ...replay, data: Object.fromEntries(members) };
}

/** Results that stand together, by the ids of their calls. */
function inOrder(messages: readonly AnyMessage[]): readonly AnyMessage[] {
  const runs: AnyMessage[][] = [];
  for (const message of messages)
    if (message.role === "tool" && runs.at(-1)?.[0]?.role === "tool") runs.at(-1)!.push(message);
    else runs.push([message]);
  const id = (message: AnyMessage): string => (message.role === "tool" ? message.toolCallId : "");
  return runs.flatMap((run) => run.sort((a, b) => id(a).localeCompare(id(b))));
}

/** The endpoint without what belongs to the base URL, and without the query. */
function pathOf(row: Row): string {
  const path = row.endpoint.split("?")[0] ?? "";
  const at = path.search(/\/(?:chat\/completions|responses|messages|models\/[^/]+:\w+)$/);
  return at < 0 ? path : path.slice(at);
}

if (options.wire === undefined) {
  console.error(
    "usage: node --import tsx test/extra/replay.ts --wire <folder> [--protocol id] [--row id] [--cut] [--mutate]",
  );
  process.exitCode = 2;
} else process.exitCode = await main(options.wire);
