/** What reaches a terminal: no control characters from files or models, no colours where nobody watches. */
import { describe, expect, it } from "vitest";
import { createTerminal } from "../../src/cli/terminal.js";

function capture(isTTY: boolean, colours = isTTY) {
  const written: string[] = [];
  return { written, write: (text: string) => written.push(text), isTTY, hasColors: () => colours };
}

describe("terminal", () => {
  it("strips escape sequences, line turners and other controls from untrusted text", () => {
    const out = capture(true);
    createTerminal(out, out).print("a\u001b]8;;http://evil\u0007b\u001b[2Jc\u0085d\u202ee\rf");
    expect(out.written.join("")).toBe("a]8;;http://evilb[2Jcdef\n");
  });

  it("strips them inside styled text too and keeps its own colour", () => {
    const out = capture(true);
    createTerminal(out, out).print({ style: "red", text: "x\u001b[0my" });
    expect(out.written.join("")).toBe("\u001b[31mx[0my\u001b[39m\n");
  });

  it("keeps line ends and tabs", () => {
    const out = capture(false);
    createTerminal(out, out).print("a\n\tb");
    expect(out.written.join("")).toBe("a\n\tb\n");
  });

  it.each([
    ["a pipe", capture(false, true)],
    ["a terminal without colours (NO_COLOR)", capture(true, false)],
  ])("writes no colours to %s", (_name, out) => {
    createTerminal(out, out).print({ style: "green", text: "ok" });
    expect(out.written.join("")).toBe("ok\n");
  });

  it("shows progress on a terminal only, and clears it before the next line", () => {
    const pipe = capture(false);
    createTerminal(pipe, pipe).progress("reading");
    expect(pipe.written).toEqual([]);
    const tty = capture(true);
    const terminal = createTerminal(tty, tty);
    terminal.progress("reading");
    terminal.report("done");
    expect(tty.written.join("")).toBe("reading\r\u001b[Kdone\n");
  });
});
