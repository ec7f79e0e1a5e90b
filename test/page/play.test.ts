/** What the playground offers for copying says what the request says, in a shell and in TypeScript, whatever is in it. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import ts from "typescript";
import { afterAll, describe, expect, it } from "vitest";
import { loadCatalog } from "../../src/catalog/load.js";
import { openaiChatServer } from "../../src/protocols/openai-chat/server.js";
import { type PlayTarget, playBody, playCurl, playTypescript } from "../../src/server/play-request.js";
import { playControls } from "../../src/server/playground.js";
import { root } from "../source-tree.js";

const folder = mkdtempSync(join(tmpdir(), "modelwright-play-"));
afterAll(() => rmSync(folder, { recursive: true }));

const { providers } = await loadCatalog(join(root, "catalog"));
const target: PlayTarget = {
  provider: "acme",
  id: "large",
  kind: "chat",
  module: { name: "acme", from: "modelwright/acme" },
};

/** Texts that mean something to shells, to TypeScript and to JSON. */
const texts = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({
    unit: fc.constantFrom("'", '"', "`", "\\", "$", "\n", "!", "${", "*/", "\u2028", "<", ";", "%", "#", " "),
  }),
);

describe("the shell command", () => {
  it("gives curl every byte of the request, and runs nothing else", () => {
    // A curl that writes down its arguments instead of sending them.
    const shim = join(folder, "curl");
    writeFileSync(shim, `#!/bin/sh\nfor each in "$@"; do printf '%s\\0' "$each"; done\n`, { mode: 0o755 });
    const env = { PATH: `${folder}:${process.env.PATH}`, MODELWRIGHT_TOKEN: "token" };
    fc.assert(
      fc.property(texts, texts, (prompt, system) => {
        const body = playBody(target, { prompt, values: { system }, history: [] });
        const command = playCurl({ origin: "http://127.0.0.1:4100", path: "/v1/chat/completions", body });
        const said = execFileSync("sh", ["-c", command], { env, encoding: "utf8" }).split("\0");
        expect(said).toHaveLength(9);
        expect(said[3]).toBe("Authorization: Bearer token");
        expect(JSON.parse(said[7] ?? "")).toEqual(JSON.parse(JSON.stringify(body)));
      }),
      { numRuns: 60 },
    );
  });
});

describe("the TypeScript", () => {
  it("holds every text as it is", () => {
    fc.assert(
      fc.property(texts, texts, texts, (prompt, system, before) => {
        const history = [
          { role: "user" as const, content: before },
          { role: "assistant" as const, content: before },
        ];
        const source = playTypescript(target, { prompt, values: { system, temperature: 0.5 }, history });
        const file = ts.createSourceFile("play.ts", source, ts.ScriptTarget.ES2022, true);
        const { diagnostics } = ts.transpileModule(source, { reportDiagnostics: true });
        expect(diagnostics).toEqual([]);
        const found: string[] = [];
        const visit = (node: ts.Node): void => {
          if (ts.isStringLiteral(node)) found.push(node.text);
          ts.forEachChild(node, visit);
        };
        visit(file);
        expect(found).toEqual(["modelwright", "modelwright/acme", "large", system, before, before, prompt]);
      }),
    );
  });
});

describe("the controls", () => {
  const chat = providers.flatMap((provider) =>
    Object.entries(provider.models)
      .filter(([, { kind, status }]) => kind === "chat" && status !== "retired")
      .map(([id, model]) => ({ provider, id, model })),
  );

  it("never offer what a model's facts refuse, over the whole catalog", () => {
    expect(chat.length).toBeGreaterThan(1_000);
    for (const { provider, id, model } of chat)
      for (const { name } of playControls(provider, id, model, {})) {
        expect(model.params[name], `${provider.id}/${id} ${name}`).not.toBe(false);
        if (name === "tools") expect(model.features.tools, id).not.toBe(false);
        if (name.startsWith("reasoning.")) expect(model.reasoning?.mode, id).not.toBe("none");
      }
  });

  it("say why one is refused beside another, and follow the values", () => {
    const { provider, model, id } = chat.find(
      (each) => each.provider.id === "openai" && each.id === "gpt-5.1",
    ) as (typeof chat)[0];
    const temperature = (values: { [name: string]: string }) =>
      playControls(provider, id, model, values).find(({ name }) => name === "temperature");
    expect(temperature({})?.refused).toBeUndefined();
    expect(temperature({ "reasoning.effort": "high" })?.refused).toBe(
      "gpt-5.1 accepts temperature only while reasoning is off",
    );
  });

  it("make requests that the gateway reads back as the same", () => {
    const values = {
      system: "s",
      maxOutputTokens: 9,
      temperature: 0.5,
      stop: "x",
      "reasoning.effort": "high",
      tools: '{"t":{"input":{"type":"object"}}}',
    };
    const body = playBody(target, { prompt: "p", values, history: [] });
    const route = openaiChatServer.route("POST", "/chat/completions");
    const { request, stream } = openaiChatServer.decodeChat(
      JSON.parse(JSON.stringify(body)),
      route as NonNullable<typeof route>,
    );
    expect(stream).toBe(true);
    expect(request.params).toEqual({ maxOutputTokens: 9, temperature: 0.5, stop: ["x"] });
    expect(request.reasoning).toEqual({ effort: "high" });
    expect(request.tools.map(({ name }) => name)).toEqual(["t"]);
    expect(request.messages.map(({ role }) => role)).toEqual(["system", "user"]);
  });
});
