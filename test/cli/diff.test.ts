/** `diff`, as someone at a shell sees it. */
import { afterEach, describe, expect, it } from "vitest";
import { providerFile, Workspace } from "./workspace.js";

let open: Workspace | undefined;
afterEach(() => open?.remove());

const chat = { kind: "chat", limits: { context: 1000 }, pricing: { plan: "unknown" } };
const states = (after: object): Workspace => {
  open = new Workspace({
    "old/acme.json": providerFile("acme", { models: { one: { ...chat, params: { temperature: true } }, two: chat } }),
    "catalog/acme.json": providerFile("acme", { models: after }),
  });
  return open;
};

describe("diff", () => {
  it("tells changes by class, and fails on the class it is told to", async () => {
    const there = states({ one: { ...chat, params: { temperature: false } }, three: chat });
    const { code, stdout, stderr } = await there.run("diff", "old");
    expect(stdout).toBe(
      [
        "breaking acme/one params.temperature: true -> false",
        "breaking acme/two removed",
        "widening acme/three added",
        "",
      ].join("\n"),
    );
    expect(stderr).toBe("3 changes\n");
    expect(code).toBe(0);
    expect((await there.run("diff", "old", "--fail-on", "breaking")).code).toBe(1);
    expect((await there.run("diff", "catalog", "catalog", "--fail-on", "source")).code).toBe(0);
  });

  it("gives programs JSON and pull requests Markdown", async () => {
    const there = states({ one: { ...chat, params: { temperature: true } }, two: { ...chat, name: "Two" } });
    expect(JSON.parse((await there.run("diff", "old", "--format", "json")).stdout)).toEqual([
      { class: "data", provider: "acme", model: "two", path: "name", after: "Two" },
    ]);
    const { stdout } = await there.run("diff", "old/acme.json", "catalog/acme.json", "--format", "markdown");
    expect(stdout).toBe('### Data\n\n- `acme/two name: none -> "Two"`\n');
  });

  it("compares nothing that it could not read", async () => {
    const there = states({ one: { kind: "chatt" } });
    const { code, stdout, stderr } = await there.run("diff", "old");
    expect(stderr).toContain('did you mean "chat"?');
    expect(stdout).toBe("");
    expect(code).toBe(1);
    expect((await there.run("diff", "old", "--fail-on", "wideningg")).code).toBe(2);
  });
});
