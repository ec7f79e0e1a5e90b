/** The request that a playground stands for: as the gateway takes it, as TypeScript, and as a shell command. */
import type { ModelKind } from "../catalog/facts.js";
import { mediumCode, type PlayValues, playFile, readFileImport, shellWord } from "./play-files.js";
import { isPlayTask, taskBody, taskCall, taskPath } from "./play-tasks.js";
import { type PlayParam, wireNames } from "./playground.js";

export interface PlayTurn {
  readonly role: "user" | "assistant";
  readonly content: string;
}

export interface PlayRequest {
  /** What was said before, oldest first. */
  readonly history: readonly PlayTurn[];
  /** What is said, or embedded, or to be painted. */
  readonly prompt: string;
  readonly values: PlayValues;
}

export interface PlayTarget {
  readonly provider: string;
  readonly id: string;
  readonly kind: ModelKind;
  /** The name under which a module exports the provider. */
  readonly module: { readonly name: string; readonly from: string };
}

/** Where the request goes; undefined for kinds without a playground. */
export function playPath({ kind }: Pick<PlayTarget, "kind">, values: PlayValues): string | undefined {
  if (isPlayTask(kind)) return taskPath(kind, values);
  return kind === "chat" ? "/v1/chat/completions" : undefined;
}

export function playBody(target: PlayTarget, request: PlayRequest): { readonly [member: string]: unknown } {
  const { prompt, values } = request;
  const { kind } = target;
  const model = `${target.provider}/${target.id}`;
  if (isPlayTask(kind)) return taskBody({ kind, model }, prompt, values);
  const { system, tools, output } = values;
  const media = mediaParts(values);
  const params = Object.entries(wireNames).flatMap(([name, wire]) =>
    values[name] === undefined ? [] : [[wire, name === "stop" ? [values[name]] : values[name]] as const],
  );
  const budget = values["reasoning.budget"];
  const enabled = values["reasoning.enabled"];
  const effort = values["reasoning.effort"];
  return {
    model,
    messages: [
      ...(system === undefined ? [] : [{ role: "system", content: system }]),
      ...request.history,
      { role: "user", content: media.length === 0 ? prompt : [{ type: "text", text: prompt }, ...media] },
    ],
    stream: true,
    stream_options: { include_usage: true },
    ...Object.fromEntries(params),
    ...(effort === undefined ? {} : { reasoning_effort: effort }),
    ...(budget === undefined && enabled === undefined ? {} : { reasoning: { enabled, max_tokens: budget } }),
    ...(tools === undefined ? {} : { tools: toolList(json(tools)) }),
    ...(output === undefined ? {} : { response_format: responseFormat(json(output)) }),
  };
}

/** What goes with the prompt: controls of these names hold an address or a file. */
const media = ["image", "pdf", "audio"] as const;

function mediaParts(values: PlayValues): readonly object[] {
  const { image, pdf, audio } = values;
  const parts: object[] = [];
  if (image !== undefined) parts.push({ type: "image_url", image_url: { url: image } });
  if (pdf !== undefined) parts.push({ type: "file", file: { filename: "document.pdf", file_data: pdf } });
  const recording = playFile(audio);
  if (recording !== undefined)
    parts.push({ type: "input_audio", input_audio: { data: recording.token, format: recording.extension } });
  return parts;
}

/** Tools by name, each with a description and a schema: as in TypeScript. */
function toolList(tools: unknown): readonly object[] {
  return membersOf(tools).map(([name, tool]) => {
    const { description, input } = (tool ?? {}) as { readonly description?: unknown; readonly input?: unknown };
    return { type: "function", function: { name, description, parameters: input } };
  });
}

function responseFormat(schema: unknown): object {
  return { type: "json_schema", json_schema: { name: "output", schema } };
}

function membersOf(value: unknown): [string, unknown][] {
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}

/** Undefined for what is not JSON yet: it is being written. */
function json(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}

/** A program; texts in it are JSON strings, which are strings of TypeScript. */
export function playTypescript({ id, kind, module }: PlayTarget, request: PlayRequest): string {
  const { prompt, values, history } = request;
  const model = `${module.name}(${JSON.stringify(id)})`;
  const from = `import { ${module.name} } from ${JSON.stringify(module.from)};\n`;
  const read = readFileImport(values);
  if (isPlayTask(kind)) return `${read}${from}\n${taskCall({ kind, model }, prompt, values)}`;
  const shown = media.filter((name) => values[name] !== undefined);
  const said = [JSON.stringify(prompt), ...shown.map((name) => `${name}(${mediumCode(values[name])})`)];
  const messages = [
    ...(values.system === undefined ? [] : [`system(${JSON.stringify(values.system)})`]),
    ...history.map(({ role, content }) => `${role}(${JSON.stringify(content)})`),
    `user(${said.join(", ")})`,
  ];
  const words = new Set(["user", ...history.map(({ role }) => role)]);
  for (const word of ["system", ...shown]) if (values[word] !== undefined) words.add(word);
  const lines = [
    messages.length === 1 ? `messages: [${messages}]` : `messages: [\n    ${messages.join(",\n    ")},\n  ]`,
  ];
  for (const name of Object.keys(wireNames) as PlayParam[])
    if (values[name] !== undefined) lines.push(`${name}: ${JSON.stringify(values[name])}`);
  const thinking = Object.entries(values).flatMap(([name, value]) =>
    name.startsWith("reasoning.") ? [`${name.slice("reasoning.".length)}: ${JSON.stringify(value)}`] : [],
  );
  if (thinking.length > 0) lines.push(`reasoning: { ${thinking.join(", ")} }`);
  for (const name of ["tools", "output"]) {
    const given = values[name] === undefined ? undefined : json(values[name]);
    if (given !== undefined) lines.push(`${name}: ${literal(given, "  ")}`);
  }
  return [
    `${read}import { ${[...words].sort().join(", ")} } from "modelwright";\n${from}\n`,
    `const stream = ${model}.stream({\n${lines.map((line) => `  ${line},\n`).join("")}});\n`,
    "for await (const text of stream.text) process.stdout.write(text);\n",
  ].join("");
}

function literal(value: unknown, indent: string): string {
  return JSON.stringify(value, undefined, 2)
    .replace(/^( *)"([A-Za-z_$][\w$]*)":/gm, "$1$2:")
    .replaceAll("\n", `\n${indent}`);
}

/** What a shell command is made of. */
interface PlayCommand {
  /** Of the server. */
  readonly origin: string;
  readonly path: string;
  readonly body: object;
  /** Files among them are read where the command runs. */
  readonly values?: PlayValues;
}

/** The token stays where it is: the command reads it from the environment. */
export function playCurl({ origin, path, body, values = {} }: PlayCommand): string {
  const recording = playFile(values.audio);
  const form = recording !== undefined && path.endsWith("/transcriptions");
  const content = form
    ? [
        `-F file=@${recording.name}`,
        ...Object.entries(body)
          .filter(([name]) => name !== "url")
          .map(([name, value]) => `--form-string ${shellWord(`${name}=${value}`)}`),
      ]
    : [`-H "Content-Type: application/json"`, `-d ${shellWord(JSON.stringify(body), values)}`];
  const lines = [
    `-H "Authorization: Bearer $MODELWRIGHT_TOKEN"`,
    ...content,
    ...(path.endsWith("/speech") ? ["-o speech"] : []),
  ];
  return `curl -N ${origin}${path} ${lines.map((line) => `\\\n  ${line}`).join(" ")}\n`;
}
