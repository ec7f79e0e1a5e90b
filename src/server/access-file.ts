/** Reads access files: JSON, every problem told at its place, with the nearest name. */
import { z } from "zod";
import { lineAndColumn, readJson } from "../catalog/json-text.js";
import { didYouMean } from "../catalog/nearest.js";
import { formatPath, type Problem, problemsOf } from "../catalog/problem.js";
import { kindSchema, mapOf, strict } from "../catalog/schema-values.js";
import { ModelwrightError } from "../errors.js";
import { type AccessDocument, patternMatches } from "./access-document.js";
import type { GatewayProvider } from "./model-names.js";

/** Deeper files are hostile. */
const maxDepth = 12;

const name = z.string().min(1).max(200);
const atLeastOne = z.number().int().min(1);
const limits = {
  requestsPerMinute: atLeastOne.exactOptional(),
  tokensPerMinute: atLeastOne.exactOptional(),
  maxInFlight: atLeastOne.exactOptional(),
  budget: strict({
    amount: z.number().min(0).max(9e6),
    window: z.enum(["hour", "day", "month", "total"]).exactOptional(),
  }).exactOptional(),
};
const pattern = z.string().regex(/^(\*|[^*\s/]+\/[^*\s]*\*?)$/, "provider/model, provider/* or *");
const documentSchema = strict({
  $schema: z.string().exactOptional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, "three capital letters")
    .exactOptional(),
  roles: mapOf(
    strict({
      models: z.array(pattern),
      kinds: z.array(kindSchema).exactOptional(),
      maxPrice: z.number().min(0).exactOptional(),
      unknownMembers: z.boolean().exactOptional(),
      ...limits,
    }),
  ),
  tenants: mapOf(strict(limits)).exactOptional(),
  keys: z.array(
    strict({
      name,
      tenant: name,
      roles: z.array(name).min(1),
      hash: z.string().regex(/^[0-9a-f]{64}$/, "a SHA-256 hash: 64 hexadecimal digits"),
      user: name.exactOptional(),
      tags: mapOf(z.string().max(200)).exactOptional(),
      until: z.iso.datetime({ offset: true }).exactOptional(),
    }),
  ),
});

/**
 * The document of an access file. `file` is its name, for messages; with `providers`, models that roles name must be
 * among theirs. Throws one "invalid-configuration" that tells every problem: place, what was found, what was expected.
 */
export function parseAccess(
  text: string,
  options: { readonly file?: string; readonly providers?: readonly GatewayProvider[] } = {},
): AccessDocument {
  const { file = "access", providers } = options;
  const json = readJson(text, maxDepth);
  const problems: (Problem & { readonly offset?: number | undefined })[] = [...json.problems];
  if (problems.length === 0) problems.push(...accessProblems(json.value, providers));
  const [first] = problems;
  if (first === undefined) {
    const { $schema: _forEditors, ...document } = json.value as AccessDocument & { readonly $schema?: string };
    return document;
  }
  const lines = problems.map(({ path, message, offset }) => {
    const { line, column } = lineAndColumn(text, offset ?? json.offsetOf(path));
    return `${file}:${line}:${column} ${formatPath(path)}: ${message}`;
  });
  throw new ModelwrightError("invalid-configuration", lines.join("\n"), { file, path: formatPath(first.path) });
}

function accessProblems(value: unknown, providers: readonly GatewayProvider[] | undefined): readonly Problem[] {
  const result = documentSchema.safeParse(value, { reportInput: true });
  if (!result.success) return problemsOf(result.error.issues);
  const document = value as AccessDocument;
  return [...roleProblems(document), ...keyProblems(document), ...modelProblems(document, providers)];
}

function roleProblems({ roles, keys }: AccessDocument): Problem[] {
  return keys.flatMap((key, i) =>
    key.roles.flatMap((role, j) =>
      Object.hasOwn(roles, role)
        ? []
        : [
            {
              path: ["keys", i, "roles", j],
              message: `there is no role ${JSON.stringify(role)}${didYouMean(role, Object.keys(roles))}`,
            },
          ],
    ),
  );
}

function keyProblems({ keys }: AccessDocument): Problem[] {
  return keys.flatMap(({ hash }, i) =>
    keys.findIndex((other) => other.hash === hash) === i
      ? []
      : [{ path: ["keys", i, "hash"], message: "another key has the same hash" }],
  );
}

function modelProblems({ roles }: AccessDocument, providers: readonly GatewayProvider[] | undefined): Problem[] {
  if (providers === undefined) return [];
  const names = providers.flatMap(({ facts }) => Object.keys(facts.models).map((id) => `${facts.id}/${id}`));
  // Some providers take models that nobody lists.
  const open = new Set(
    providers.filter(({ facts }) => facts.unknownModels === "permissive").map(({ facts }) => facts.id),
  );
  return Object.entries(roles).flatMap(([role, { models }]) =>
    models.flatMap((wanted, i) => {
      if (open.has(wanted.split("/", 1)[0] ?? "") || names.some((known) => patternMatches(wanted, known))) return [];
      const message = `no model is called ${JSON.stringify(wanted)}${didYouMean(wanted, names)}`;
      return [{ path: ["roles", role, "models", i], message }];
    }),
  );
}
