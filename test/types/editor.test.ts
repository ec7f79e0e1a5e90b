/** What people see while they write: completions that the model can serve, hovers that say what it takes. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Editor, openEditor } from "./language-service.js";
import { createProject, type Project } from "./project.js";

let project: Project;
let editor: Editor;
beforeAll(() => {
  project = createProject();
  editor = openEditor(project);
});
afterAll(() => project.remove());

const openai = 'import { openai } from "modelwright/openai";\n';
const messages = 'const messages = [{ role: "user" as const, content: "Hi" }];\n';

describe("completions", () => {
  it("are the ids of the provider where an id is wanted, in order", () => {
    const ids = editor.completions(`${openai}openai("|");`);
    expect(ids).toEqual(expect.arrayContaining(["gpt-4o", "o3", "text-embedding-3-small"]));
    expect(ids.filter((id) => !/^[a-z0-9:.~-]+$/.test(id))).toEqual([]);
    expect(ids).toEqual([...ids].sort());
  });

  it("are the effort levels of the model and no others", () => {
    const levels = editor.completions(
      `${openai}${messages}openai("o3").chat({ messages, reasoning: { effort: "|" } });`,
    );
    expect([...levels].sort()).toEqual(["high", "low", "medium"]);
  });

  it("leave out the parts that the model refuses", () => {
    const types = editor.completions(
      `${openai}openai("gpt-4o").chat({ messages: [{ role: "user", content: [{ type: "|" }] }] });`,
    );
    expect([...types].sort()).toEqual(["image", "pdf", "text"]);
  });

  it("are the built-in tools of the model and no others", () => {
    const tools = editor.completions(`${openai}${messages}openai("gpt-4o").chat({ messages, builtinTools: ["|"] });`);
    expect(tools).toContain("web_search");
    expect(tools).not.toContain("google_search");
  });

  it("are the caller's own tools where one is chosen", () => {
    const tools = editor.completions(`${openai}${messages}
openai("gpt-4o").chat({ messages, tools: { weather: { input: {} } }, toolChoice: { tool: "|" } });`);
    expect(tools).toEqual(["weather"]);
  });

  it("are exactly the methods of the model's kind", () => {
    const members = (id: string) => editor.completions(`${openai}openai("${id}").|`);
    expect(members("gpt-4o")).toEqual(expect.arrayContaining(["chat", "stream", "supports"]));
    expect(members("gpt-4o")).not.toContain("embed");
    expect(members("text-embedding-3-small")).toContain("embed");
    expect(members("text-embedding-3-small")).not.toContain("chat");
  });
});

describe("hovers", () => {
  it("on a handle name its capabilities and its model", () => {
    expect(editor.hover(`${openai}const model| = openai("gpt-4o");`)).toMatch(/ImagePdfToolsOutput\w*, "gpt-4o"/);
  });

  it("on a method say what it does and for which model", () => {
    const shown = editor.hover(`${openai}${messages}openai("gpt-4o").chat|({ messages });`);
    expect(shown).toContain('"gpt-4o"');
    expect(shown).toContain("One request, one answer.");
  });

  it("on an option say what it means", () => {
    expect(editor.hover(`${openai}${messages}openai("gpt-4o").chat({ messages, temperature|: 1 });`)).toContain(
      "Randomness",
    );
  });
});

describe("models that retire", () => {
  const anthropic = 'import { anthropic } from "modelwright/anthropic";\n';

  it("are struck out where they are used", () => {
    expect(editor.struckOut(`${anthropic}anthropic.models["claude-3-haiku-20240307"];`)).toEqual([
      '"claude-3-haiku-20240307"',
    ]);
    expect(editor.struckOut(`${anthropic}anthropic.models["claude-opus-4-6"];`)).toEqual([]);
  });

  it("are struck out where they are offered", () => {
    const ids = editor.completions(`${anthropic}anthropic.models["|"];`);
    expect(ids).toEqual(expect.arrayContaining(["claude-3-haiku-20240307~", "claude-opus-4-6"]));
  });
});
