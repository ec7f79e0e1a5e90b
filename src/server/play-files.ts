/** What is set in a playground; of files the page keeps the bytes, and the server knows only what stands for them. */

/** Values by the names of controls. */
export type PlayValues = { readonly [control: string]: string | number | boolean };

/** A `data:` address whose bytes are a token that nobody could have written by chance. */
const standIn = /^data:([a-z0-9][a-z0-9.+-]*\/[a-z0-9][a-z0-9.+-]*);base64,(@[0-9a-f]{16})$/;

export interface PlayFile {
  /** IANA type. */
  readonly type: string;
  /** Stands in the request in the place of the base64 text. */
  readonly token: string;
  /** What the file is called in code. */
  readonly name: string;
  /** Extension of the name. */
  readonly extension: string;
}

/** Undefined for any other value. */
export function playFile(value: unknown): PlayFile | undefined {
  const [, type, token] = standIn.exec(typeof value === "string" ? value : "") ?? [];
  if (type === undefined || token === undefined) return undefined;
  const [family = "", subtype = ""] = type.split("/");
  const extension = Object.hasOwn(extensions, subtype) ? (extensions[subtype] as string) : "bin";
  return { type, token, name: `${stems[family] ?? "document"}.${extension}`, extension };
}

const stems: { readonly [family: string]: string } = { image: "picture", audio: "recording", video: "film" };

const extensions: { readonly [subtype: string]: string } = {
  png: "png",
  jpeg: "jpg",
  webp: "webp",
  gif: "gif",
  pdf: "pdf",
  wav: "wav",
  "x-wav": "wav",
  wave: "wav",
  mpeg: "mp3",
  mp3: "mp3",
  mp4: "mp4",
  "x-m4a": "m4a",
  ogg: "ogg",
  flac: "flac",
  webm: "webm",
};

/** A medium in a program: read from a file, or the text that was given. */
export function mediumCode(value: unknown): string {
  const file = playFile(value);
  return file === undefined ? JSON.stringify(value) : `await readFile(${JSON.stringify(file.name)})`;
}

/** The import that `mediumCode` needs, if any of the values does. */
export function readFileImport(values: PlayValues): string {
  const needed = Object.values(values).some((value) => playFile(value) !== undefined);
  return needed ? 'import { readFile } from "node:fs/promises";\n' : "";
}

/** A word of a shell: in single quotes nothing means anything to it but the quote itself; files are read where they stand. */
export function shellWord(text: string, values: PlayValues = {}): string {
  let word = `'${text.replaceAll("'", `'\\''`)}'`;
  for (const value of Object.values(values)) {
    const file = playFile(value);
    if (file !== undefined) word = word.replaceAll(file.token, `'"$(base64 < ${file.name} | tr -d '\\n')"'`);
  }
  return word;
}
