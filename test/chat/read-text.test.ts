/** What models write into text is found as it was meant, and text of any form costs no more than its length. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codeBlocks, jsonIn, jsonLines, markdownSections } from "../../src/chat/read-text.js";

describe("jsonIn", () => {
  it.each([
    ["alone", ' {"a": 1}\n'],
    ["in a code block after words", 'Here you are:\n\n```json\n{"a": 1}\n```\nAnything else?'],
    ["in the code block that is JSON", 'Run:\n```sh\nls {}\n```\nIt gives:\n~~~\n{"a": 1}\n~~~'],
    ["between words", 'The result is {"a": 1}. Good luck!'],
  ])("finds it %s", (_where, text) => {
    expect(jsonIn(text)).toEqual({ a: 1 });
  });

  it("finds whatever was written, alone and in a block", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json = JSON.stringify(value);
        const back = JSON.parse(json);
        expect(jsonIn(json)).toEqual(back);
        expect(jsonIn(`Here:\n\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\`\n`)).toEqual(back);
      }),
    );
  });

  it("refuses what holds none, with the text", () => {
    expect(() => jsonIn("I cannot { do that }")).toThrow(
      expect.objectContaining({ code: "invalid-output", text: "I cannot { do that }" }),
    );
  });
});

it("jsonLines reads one value per line, and names the line that is none", () => {
  expect(jsonLines('{"a":1}\r\n\n[2]\n"x"')).toEqual([{ a: 1 }, [2], "x"]);
  expect(() => jsonLines('{"a":1}\n{"a":')).toThrow("line 2 is no JSON");
});

describe("codeBlocks", () => {
  it("keeps what is inside, longer fences and other marks included", () => {
    const text = "Do:\n```ts title=a.ts\nconst a = 1;\n\n# no heading\n```\n````md\n```\ninner\n```\n````\n~~~\nx\n~~~";
    expect(codeBlocks(text)).toEqual([
      { language: "ts", code: "const a = 1;\n\n# no heading", closed: true },
      { language: "md", code: "```\ninner\n```", closed: true },
      { language: undefined, code: "x", closed: true },
    ]);
  });

  it("says when the text ends within one", () => {
    expect(codeBlocks("```py\nprint(1)")).toEqual([{ language: "py", code: "print(1)", closed: false }]);
  });
});

describe("markdownSections", () => {
  it("are split at headings, not at those in code", () => {
    const text = "Intro\n# One\ntext\n```sh\n# comment\n```\n## Two ##\n\nmore\n###### Six";
    expect(markdownSections(text)).toEqual([
      { level: 0, title: "", text: "Intro" },
      { level: 1, title: "One", text: "text\n```sh\n# comment\n```" },
      { level: 2, title: "Two", text: "more" },
      { level: 6, title: "Six", text: "" },
    ]);
  });

  it("lose no words", () => {
    const line = fc.constantFrom("word", "# Head", "```", "  ~~~", "", "## Two");
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const sections = markdownSections(lines.join("\n"));
        const count = (text: string) => text.split("word").length - 1;
        expect(sections.reduce((sum, { text }) => sum + count(text), 0)).toBe(count(lines.join("\n")));
      }),
    );
  });
});

it("hostile text is read to its end: what grew with the square of its length would take hours", () => {
  const many = (text: string) => text.repeat(100_000);
  const texts = [
    many("#"),
    `# a${many(" ")}b`,
    `# a${many(" #")}b`,
    `\`\`\`${many(" ")}\``,
    many("{"),
    many("`"),
    many("```\n"),
  ];
  for (const text of texts) {
    expect(() => jsonIn(text)).toThrow("holds no JSON");
    expect([codeBlocks(text).length, markdownSections(text).length]).toEqual([expect.any(Number), expect.any(Number)]);
  }
});
