/** The request that a playground stands for: as the gateway takes it, as TypeScript, and as a shell command. */
import type { ModelKind } from "../catalog/facts.js";
import { type PlayParam, type PlayValues, wireNames } from "./playground.js";

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

/** Kinds that have a playground, and where their requests go. */
export const playPaths: { readonly [K in ModelKind]?: string } = {
  chat: "/v1/chat/completions",
  embedding: "/v1/embeddings",
  image: "/v1/images/generations",
};

export function playBody(target: PlayTarget, request: PlayRequest): { readonly [member: string]: unknown } {
  const { prompt, values } = request;
  const model = `${target.provider}/${target.id}`;
  if (target.kind === "embedding") return { model, input: prompt, ...values };
  if (target.kind !== "chat") return { model, prompt };
  const { system, image, tools, output } = values;
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
      { role: "user", content: image === undefined ? prompt : [{ type: "text", text: prompt }, imagePart(image)] },
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

function imagePart(url: unknown): object {
  return { type: "image_url", image_url: { url } };
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
  const from = `import { ${module.name} } from ${JSON.stringify(module.from)};\n\n`;
  if (kind === "embedding") {
    const options = { input: prompt, ...values };
    return `${from}const { embeddings, usage, cost } = await ${model}.embed(${literal(options, "")});\n`;
  }
  if (kind !== "chat") return `${from}const { images, cost } = await ${model}.image(${literal({ prompt }, "")});\n`;
  const said = [JSON.stringify(prompt)];
  if (values.image !== undefined) said.push(`image(${JSON.stringify(values.image)})`);
  const messages = [
    ...(values.system === undefined ? [] : [`system(${JSON.stringify(values.system)})`]),
    ...history.map(({ role, content }) => `${role}(${JSON.stringify(content)})`),
    `user(${said.join(", ")})`,
  ];
  const words = new Set(["user", ...history.map(({ role }) => role)]);
  for (const word of ["system", "image"]) if (values[word] !== undefined) words.add(word);
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
    `import { ${[...words].sort().join(", ")} } from "modelwright";\n${from}`,
    `const stream = ${model}.stream({\n${lines.map((line) => `  ${line},\n`).join("")}});\n`,
    "for await (const text of stream.text) process.stdout.write(text);\n",
  ].join("");
}

function literal(value: unknown, indent: string): string {
  return JSON.stringify(value, undefined, 2)
    .replace(/^( *)"([A-Za-z_$][\w$]*)":/gm, "$1$2:")
    .replaceAll("\n", `\n${indent}`);
}

/** The token stays where it is: the command reads it from the environment. */
export function playCurl(origin: string, path: string, body: object): string {
  return [
    `curl -N ${origin}${path} \\\n`,
    `  -H "Authorization: Bearer $MODELWRIGHT_TOKEN" \\\n`,
    `  -H "Content-Type: application/json" \\\n`,
    `  -d ${quoted(JSON.stringify(body))}\n`,
  ].join("");
}

/** In single quotes nothing means anything to a shell but the quote itself. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
