/** What commands write to: results on standard output, the course of the work on standard error, colours only for people. */
import { styleText } from "node:util";

type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** A piece of a line. Text is never trusted: catalog files and models' answers end up here. */
type Piece = string | { readonly style: Style; readonly text: string };

export interface Terminal {
  /** Writes a line of the result. */
  print(...pieces: Piece[]): void;
  /** Writes a line about the work: problems, what was written, what to do next. */
  report(...pieces: Piece[]): void;
  /** Shows what is being done until the next line; nothing where nobody watches. */
  progress(label: string): void;
}

/** A stream such as `process.stdout`. */
interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  /** Honours NO_COLOR, FORCE_COLOR and the terminal's type. */
  hasColors?(): boolean;
}

export function createTerminal(stdout: Output, stderr: Output): Terminal {
  let shown = false;
  const clear = (): void => {
    if (shown) stderr.write("\r\u001b[K");
    shown = false;
  };
  const line = (output: Output, pieces: readonly Piece[]): void => {
    clear();
    output.write(`${pieces.map((piece) => render(piece, hasColors(output))).join("")}\n`);
  };
  return {
    print: (...pieces) => line(stdout, pieces),
    report: (...pieces) => line(stderr, pieces),
    progress(label) {
      if (stderr.isTTY !== true) return;
      clear();
      stderr.write(printable(label));
      shown = true;
    },
  };
}

function hasColors(output: Output): boolean {
  return output.isTTY === true && output.hasColors?.() === true;
}

function render(piece: Piece, colours: boolean): string {
  if (typeof piece === "string") return printable(piece);
  const text = printable(piece.text);
  // Whether the stream takes colours is already decided; `styleText` would ask standard output only.
  return colours ? styleText(piece.style, text, { validateStream: false }) : text;
}

/**
 * Text without what a terminal obeys: control characters (which begin escape sequences: colours, links, the
 * clipboard) and marks that turn the direction of writing. Line ends and tabs stay.
 */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, (character) =>
    character === "\n" || character === "\t" ? character : "",
  );
}

/** `1 model`, `2 models`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
