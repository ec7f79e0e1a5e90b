/** Turns statements into programs: for the compiler with imports from the package's doors, at run time with given values. */
import { transformSync } from "esbuild";

/** What every program may use, by door. Providers stand under their door's name. */
const doors: { readonly [door: string]: readonly string[] } = {
  modelwright: [
    "assistant",
    "audio",
    "degrade",
    "failover",
    "image",
    "pdf",
    "system",
    "text",
    "toolResult",
    "unverified",
    "user",
  ],
  "modelwright/anthropic": ["anthropic"],
  "modelwright/cohere": ["cohere"],
  "modelwright/google": ["google"],
  "modelwright/groq": ["groq"],
  "modelwright/openai": ["openai"],
  "modelwright/xai": ["xai"],
  zod: ["z"],
  zod3: ["z as z3"],
};

/** Types that programs name; they leave nothing behind at run time. */
const types = 'import type { ChatModelWith, Message } from "modelwright";';

const prelude = `
const messages = [user("Hello")];
const bytes = new Uint8Array([37, 80, 68, 70, 45]);
const coin = Date.now() > 0;
`;

export interface Program {
  readonly text: string;
  /** Line on which the statements under test begin, from 1. */
  readonly line: number;
}

/** The statements as a module; `setup` stands before them. */
export function programOf(statements: string, setup = ""): Program {
  const imports = Object.entries(doors).map(([door, names]) => `import { ${names.join(", ")} } from "${door}";`);
  const above = [...imports, types, prelude, setup, ""].join("\n");
  return { text: `${above}${statements}\nexport {};\n`, line: above.split("\n").length };
}

/** Runs the statements with these values in place of the imports. Types are erased, so nothing stops a misuse. */
export async function runStatements(
  statements: string,
  setup: string,
  values: { readonly [name: string]: unknown },
): Promise<void> {
  const source = `async function program() { ${prelude}\n${setup}\n${statements}\n}`;
  const { code } = transformSync(source, { loader: "ts", target: "es2022" });
  const names = Object.values(doors).flatMap((list) => list.map((name) => name.split(" as ").at(-1) as string));
  const program = new Function(...names, `${code}\nreturn program();`) as (...values: unknown[]) => Promise<void>;
  await program(...names.map((name) => values[name]));
}
