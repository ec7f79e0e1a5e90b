/** Signed documents: who wrote them, in which order, and how long they hold. */
import { type KeyLike, sign, verify } from "node:crypto";
import { readJson } from "../catalog/json-text.js";
import { isObject } from "../catalog/merge.js";
import { ModelwrightError } from "../errors.js";
import type { SourceDocument } from "./source.js";

/** What is signed. */
export interface SignedDocuments {
  /** Grows with each edition: an older one is refused. */
  readonly sequence: number;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** Texts by name. */
  readonly documents: { readonly [name: string]: string };
}

/** Whose signatures are believed. */
export interface TrustOptions {
  /** Ed25519 public keys by name: PEM, or a `KeyObject`. */
  readonly keys: { readonly [name: string]: KeyLike };
  /** How long an expired edition still holds, for clocks that differ. Default 5 minutes. */
  readonly graceMs?: number | undefined;
}

const mark = "modelwright-signed-1";

/** Signs documents: one line with the key's name and the signature, then what was signed. */
export function signDocuments(
  content: SignedDocuments,
  key: { readonly name: string; readonly privateKey: KeyLike },
): string {
  const body = JSON.stringify(content);
  const signature = sign(null, signedBytes(key.name, body), key.privateKey).toString("base64");
  return `${mark} ${key.name} ${signature}\n${body}`;
}

/**
 * The signed content. Nothing is parsed before the signature holds. Throws "permission" for a signature that does not
 * hold, and "invalid-configuration" for an edition that is expired, or older than `after`.
 */
export function openEnvelope(
  text: string,
  { keys, graceMs = 300_000 }: TrustOptions,
  { now, after }: { readonly now: number; readonly after: number },
): SignedDocuments {
  const end = text.indexOf("\n");
  const [start, name = "", signature = "", ...rest] = text.slice(0, Math.max(0, end)).split(" ");
  const body = text.slice(end + 1);
  const key = Object.hasOwn(keys, name) ? keys[name] : undefined;
  if (start !== mark || rest.length > 0 || key === undefined) throw refused("is not signed with a key that is trusted");
  const bytes = Buffer.from(signature, "base64");
  // Base64 has several spellings for the same bytes.
  const holds = bytes.toString("base64") === signature && verify(null, signedBytes(name, body), key, bytes);
  if (!holds) throw refused("has a signature that does not hold");
  const content = contentOf(body);
  if (content === undefined) throw stale("is no edition of documents");
  if (content.sequence < after)
    throw stale(`is edition ${content.sequence}, older than ${after}, which was seen before`);
  if (now > content.expiresAt + graceMs) throw stale(`expired on ${new Date(content.expiresAt).toISOString()}`);
  return content;
}

export function documentsIn({ documents }: SignedDocuments): readonly SourceDocument[] {
  return Object.entries(documents).map(([name, text]) => ({ name, text }));
}

/** The name is signed, too: a signature does not pass from one key to another. */
function signedBytes(name: string, body: string): Buffer {
  return Buffer.from(`${mark} ${name}\n${body}`);
}

function contentOf(body: string): SignedDocuments | undefined {
  const { value, problems } = readJson(body, 8);
  if (problems.length > 0 || !isObject(value) || !isObject(value.documents)) return undefined;
  const { sequence, expiresAt, documents } = value;
  if (!Number.isSafeInteger(sequence) || !Number.isFinite(expiresAt)) return undefined;
  if (!Object.values(documents).every((text) => typeof text === "string")) return undefined;
  return {
    sequence: sequence as number,
    expiresAt: expiresAt as number,
    documents: documents as { [name: string]: string },
  };
}

const refused = (why: string) => new ModelwrightError("permission", `the signed document ${why}`);
const stale = (why: string) => new ModelwrightError("invalid-configuration", `the signed document ${why}`);
