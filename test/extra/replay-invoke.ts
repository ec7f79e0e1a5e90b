/** Rows of Bedrock's InvokeModel, whose bodies are the makers' own, as rows of the wire that each body belongs to. */
import { encodeEventStreamFrame } from "../../src/transport/event-stream.js";
import { framesOf } from "../protocols/streams.js";
import type { Expected, ExpectedCall, Row } from "./replay-rows.js";

type Members = { readonly [member: string]: unknown };

/** The row as its maker's wire would have it, read independently; or why there is none. */
export function unwrapped(row: Row): Row | string {
  const { status, body } = row.response;
  if (status >= 400) return { ...row, protocol: "bedrock-converse" };
  const events = body === undefined || body === null ? chunksOf(row) : [JSON.parse(body) as Members];
  const head = JSON.stringify(events[0]);
  if (head.includes('"embeddings"')) return embeddings(row, events[0]!);
  if (head.includes('"type":"message')) return messages(row, events);
  if (head.includes('"messageStart"') || head.includes('"output":{"message"')) return converse(row, events);
  return "text completion, or a maker's chat of its own";
}

/** The makers' events, which stand as base64 in the frames of the stream. */
function chunksOf(row: Row): readonly Members[] {
  const bytes = Buffer.from(row.response.bodyBase64 ?? "", "base64");
  return framesOf(bytes, { framing: "aws-event-stream" }).map(({ data }) => {
    const { bytes } = JSON.parse(data) as { readonly bytes: string };
    return JSON.parse(Buffer.from(bytes, "base64").toString()) as Members;
  });
}

function embeddings(row: Row, answer: Members): Row {
  const vectors = (answer.embeddings as { readonly float: readonly (readonly number[])[] }).float;
  const expect = { count: vectors.length, dims: vectors[0]!.length, usage: null };
  return { ...row, protocol: "bedrock-embeddings", operation: "embeddings", expect };
}

function messages(row: Row, events: readonly Members[]): Row {
  const streamed = row.response.bodyBase64 !== undefined;
  const sse = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join("");
  return {
    ...row,
    protocol: "anthropic-messages",
    request: { body: { model: row.model, ...(row.request.body as Members) } },
    endpoint: "/v1/messages",
    response: streamed
      ? { status: 200, contentType: "text/event-stream", body: sse }
      : { ...row.response, body: JSON.stringify(events[0]) },
    expect: streamed ? readStream(events) : readMessage(events[0]!),
  };
}

function readMessage({ content, stop_reason, usage }: Members): Expected {
  const blocks = content as readonly Members[];
  return {
    text: blocks.flatMap(({ text }) => (typeof text === "string" ? text : [])).join(""),
    toolCalls: blocks.flatMap(({ type, id, name, input }) =>
      type === "tool_use" ? { id: String(id), name: String(name), arguments: input } : [],
    ),
    finish: stop_reason as string,
    usage: usage as Members,
  };
}

function readStream(events: readonly Members[]): Expected {
  const at = (path: readonly string[]): readonly unknown[] =>
    events.flatMap(
      (event) => path.reduce<unknown>((value, name) => (value as Members | undefined)?.[name], event) ?? [],
    );
  const calls: readonly ExpectedCall[] = events.flatMap(({ content_block, index }) => {
    const block = content_block as Members | undefined;
    if (block?.type !== "tool_use") return [];
    const pieces = events.filter((event) => event.index === index && event.type === "content_block_delta");
    const json = pieces.map(({ delta }) => (delta as Members).partial_json).join("");
    return { id: String(block.id), name: String(block.name), arguments: JSON.parse(json || "{}") };
  });
  return {
    text: at(["delta", "text"]).join(""),
    toolCalls: calls,
    finish: String(at(["delta", "stop_reason"]).at(-1)),
    usage: Object.assign({}, ...at(["message", "usage"]), ...at(["usage"])) as Members,
  };
}

function converse(row: Row, events: readonly Members[]): Row {
  const { schemaVersion: _, inferenceConfig: __, ...body } = row.request.body as Members;
  const streamed = row.response.bodyBase64 !== undefined;
  const frames = events.map((event) => {
    const [name, value] = Object.entries(event)[0]!;
    return encodeEventStreamFrame({ event: name, data: JSON.stringify(value) });
  });
  const text = JSON.stringify(events);
  return {
    ...row,
    protocol: "bedrock-converse",
    request: { body },
    endpoint: row.endpoint.replace("/invoke", "/converse").replace("-with-response-stream", "-stream"),
    response: streamed
      ? {
          status: 200,
          contentType: row.response.contentType ?? null,
          bodyBase64: Buffer.concat(frames).toString("base64"),
        }
      : row.response,
    expect: {
      text: [...text.matchAll(/"text":("(?:[^"\\]|\\.)*")/g)].map(([, literal]) => JSON.parse(literal!)).join(""),
      toolCalls: [],
      finish: /"stopReason":"(\w+)"/.exec(text)?.[1] ?? null,
    },
  };
}
