/** Function arguments that arrive in pieces, each at a JSON path. */
import { TransportError } from "../../errors.js";
import type { Members } from "./wire.js";
import { wordOf } from "./wire-read.js";

type Json = { [name: string]: unknown } | unknown[];

// Only sent on request (`streamFunctionCallArguments`); a string may come in several pieces, each but the last marked
// `willContinue`. https://cloud.google.com/vertex-ai/generative-ai/docs/reference/rest/v1/Content#PartialArg

/** Puts the pieces of one call together. */
export class PartialArguments {
  private readonly root: { [name: string]: unknown } = {};
  /** Paths whose string goes on in the next piece. */
  private readonly growing = new Set<string>();

  get value(): Members {
    return this.root;
  }

  /** Takes whole arguments that stand beside or before the pieces. */
  assign(args: Members): void {
    for (const [name, value] of Object.entries(args)) setMember(this.root, name, value);
  }

  /** Adds one piece. Throws `TransportError` ("invalid-response") on a path that cannot be followed. */
  add(piece: Members): void {
    const path = wordOf(piece.jsonPath);
    if (path === undefined) return;
    const value = pieceValue(piece);
    if (value === undefined) return;
    const keys = keysOf(path);
    const last = keys.pop();
    if (last === undefined) return;
    let node: Json = this.root;
    for (const [i, key] of keys.entries()) node = child(node, key, keys[i + 1] ?? last);
    const before = memberOf(node, last);
    const grows = this.growing.has(path) && typeof before === "string" && typeof value === "string";
    setMember(node, last, grows ? before + value : value);
    if (piece.willContinue === true) this.growing.add(path);
    else this.growing.delete(path);
  }
}

function pieceValue(piece: Members): unknown {
  if (typeof piece.stringValue === "string") return piece.stringValue;
  if (typeof piece.numberValue === "number") return piece.numberValue;
  if (typeof piece.boolValue === "boolean") return piece.boolValue;
  return "nullValue" in piece ? null : undefined;
}

/** One step of a path: `.name`, `['name']`, `["name"]` or `[0]`. */
const step = /\.([^.[\]]+)|\[(\d{1,6})\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/y;

function keysOf(path: string): (string | number)[] {
  const keys: (string | number)[] = [];
  step.lastIndex = path.startsWith("$") ? 1 : 0;
  while (step.lastIndex < path.length) {
    const found = step.exec(path);
    if (found === null) throw unreadable(path);
    const [, name, index, single, double] = found;
    keys.push(index === undefined ? (name ?? (single ?? double ?? "").replace(/\\(.)/g, "$1")) : Number(index));
  }
  return keys;
}

/** The container at a key, made on the way when missing. */
function child(node: Json, key: string | number, next: string | number): Json {
  const present = memberOf(node, key);
  if (typeof present === "object" && present !== null) return present as Json;
  const made: Json = typeof next === "number" ? [] : {};
  setMember(node, key, made);
  return made;
}

function memberOf(node: Json, key: string | number): unknown {
  return Object.hasOwn(node, key) ? (node as { [name: string | number]: unknown })[key] : undefined;
}

/** Never touches a prototype, and an array grows by one at most: a hostile index allocates nothing. */
function setMember(node: Json, key: string | number, value: unknown): void {
  if (Array.isArray(node) && (typeof key !== "number" || key > node.length)) throw unreadable(`[${key}]`);
  Object.defineProperty(node, key, { value, writable: true, enumerable: true, configurable: true });
}

function unreadable(path: string): TransportError {
  return new TransportError("invalid-response", `partial arguments at a path that cannot be followed: ${path}`);
}
