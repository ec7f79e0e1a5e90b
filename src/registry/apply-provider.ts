/** Lays a document's statements about a provider over its facts: never those that say where requests go and with which key. */
import type { ProviderFacts } from "../catalog/facts.js";
import { type JsonObject, mergePatch } from "../catalog/merge.js";
import { type Problem, problemsOf } from "../catalog/problem.js";
import { connectionSchema } from "../catalog/schema-provider.js";
import type { Question } from "./consent.js";

/** Members that move neither an origin nor a key. All others stay as the client was made. */
const open: ReadonlySet<string> = new Set(["name", "docs", "errors", "assume", "unknownModels", "defaultModel"]);

export function applyToProvider({
  below,
  section,
  consents,
}: {
  readonly below: ProviderFacts;
  readonly section: JsonObject;
  readonly consents: (question: Pick<Question, "kind" | "path" | "from" | "to">) => boolean;
}): { readonly provider: ProviderFacts; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const refuse = (member: string, message: string) => problems.push({ path: ["provider", member], message });
  const { models, ...connection } = below;
  let facts: JsonObject = connection as unknown as JsonObject;
  for (const [member, to] of Object.entries(section)) {
    const from = facts[member];
    if (!open.has(member)) {
      if (JSON.stringify(from) !== JSON.stringify(to))
        refuse(member, "belongs to the connection, which only the program changes: make a client with `create`");
      continue;
    }
    const widens = to === "permissive" && from !== "permissive";
    if (widens && !consents({ kind: "widening", path: member, from, to })) {
      refuse(member, "lets through more than the compiled types do, which needs the consent of the program");
      continue;
    }
    const changed = mergePatch(facts, { [member]: to }) as JsonObject;
    const { error } = connectionSchema.safeParse(changed, { reportInput: true });
    // What the program's own code says is not judged: it may state more than a file can.
    const issues = error?.issues.filter(({ path }) => path[0] === member) ?? [];
    if (issues.length > 0) problems.push(...problemsOf(issues, ["provider"]));
    else facts = changed;
  }
  return { provider: { ...(facts as unknown as Omit<ProviderFacts, "models">), models }, problems };
}
