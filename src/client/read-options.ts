/** Reads the options of a chat call: refuses unknown names, and takes `unverified` marks off. */
import type { ModelFacts } from "../catalog/facts.js";
import { didYouMean } from "../catalog/nearest.js";
import { CapabilityError } from "../errors.js";
import { isUnverified } from "../model/unverified.js";
import { type ChatOptions, chatOptionNames } from "./options.js";

/** Options without marks, and the paths that carried one: those are not checked. */
export interface ReadOptions {
  readonly options: ChatOptions;
  readonly marked: ReadonlySet<string>;
}

/** Throws `CapabilityError` ("invalid-request") for a name that no option has. */
export function readOptions(given: ChatOptions, model: ModelFacts): ReadOptions {
  for (const name in given) if (!chatOptionNames.has(name)) throw unknownName(name, name, chatOptionNames);
  const marked = new Set<string>();
  const options = unmarkMembers(given, "", marked);
  const messages = typeof options.messages === "string" ? options.messages : unmarkMessages(options.messages, marked);
  const own = options.options;
  for (const name of Object.keys(own ?? {})) {
    if (marked.has("options")) marked.add(`options.${name}`);
    else if (!Object.hasOwn(model.params, name) && !isUnverified(own?.[name]))
      throw unknownName(name, `options.${name}`, Object.keys(model.params));
  }
  const ownOptions = own && unmarkMembers(own, "options.", marked);
  const reasoning = options.reasoning && unmarkMembers(options.reasoning, "reasoning.", marked);
  if (marked.size === 0) return { options: given, marked };
  return { options: { ...options, messages, options: ownOptions, reasoning }, marked };
}

function unknownName(name: string, path: string, known: Iterable<string>): CapabilityError {
  return new CapabilityError("invalid-request", `unknown option "${name}"${didYouMean(name, known)}`, { path });
}

/** A copy only when something was marked. */
function unmarkMembers<Members extends object>(members: Members, prefix: string, marked: Set<string>): Members {
  let copy: { [name: string]: unknown } | undefined;
  for (const name in members) {
    const value: unknown = members[name];
    if (!isUnverified(value)) continue;
    marked.add(prefix + name);
    copy ??= { ...members } as { [name: string]: unknown };
    copy[name] = value.value;
  }
  return (copy ?? members) as Members;
}

function unmarkMessages(messages: ChatOptions["messages"], marked: Set<string>): ChatOptions["messages"] {
  if (!Array.isArray(messages) || messages.length === 0)
    throw new CapabilityError("invalid-request", "messages must be a list with at least one message", {
      path: "messages",
    });
  let copy: unknown[] | undefined;
  for (const [i, message] of messages.entries()) {
    if (!Array.isArray(message?.content) || !message.content.some(isUnverified)) continue;
    const content = (message.content as unknown[]).map((part, j) => {
      if (!isUnverified(part)) return part;
      marked.add(`messages[${i}].content[${j}]`);
      return part.value;
    });
    copy ??= [...messages];
    copy[i] = { ...message, content };
  }
  return (copy ?? messages) as ChatOptions["messages"];
}
