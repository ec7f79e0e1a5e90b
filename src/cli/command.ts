/** What a command of the CLI is, and how its arguments are read. */
import { parseArgs } from "node:util";
import { didYouMean } from "../catalog/nearest.js";
import type { Terminal } from "./terminal.js";

/** 0: done. 1: the input has problems, or what was generated is stale. 2: the command was not understood. */
export type ExitCode = 0 | 1 | 2;

export interface Option {
  readonly type: "boolean" | "string";
  readonly help: string;
  /** What stands for the value in the help. */
  readonly value?: string;
}

export interface Arguments {
  /** What stands without a leading dash. */
  readonly names: readonly string[];
  /** The value of a `string` option, when given. */
  value(option: string): string | undefined;
  /** True when a `boolean` option was given. */
  has(option: string): boolean;
}

export interface Command {
  /** What the plain arguments mean, for the help: `[provider...]`. */
  readonly names?: string;
  readonly maxNames: number;
  readonly options: { readonly [name: string]: Option };
  run(args: Arguments, terminal: Terminal): Promise<ExitCode>;
}

/** The command line cannot be understood; `main` answers with the help and exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export function parseArguments(command: Command, argv: readonly string[]): Arguments {
  const parsed = readOptions(command, argv);
  if (parsed.positionals.length > command.maxNames) {
    throw new UsageError(`unexpected argument: ${parsed.positionals[command.maxNames] ?? ""}`);
  }
  return {
    names: parsed.positionals,
    value(option) {
      const value = parsed.values[option];
      return typeof value === "string" ? value : undefined;
    },
    has: (option) => parsed.values[option] === true,
  };
}

function readOptions(command: Command, argv: readonly string[]) {
  const options = Object.fromEntries(Object.entries(command.options).map(([name, { type }]) => [name, { type }]));
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    // Node words it well, but adds advice on `--` that misleads where a name was simply mistyped.
    const message = error instanceof Error ? error.message : String(error);
    const [, unknown] = /^Unknown option '--([^']+)'/.exec(message) ?? [];
    const known = Object.keys(options).map((name) => `--${name}`);
    const meant = unknown === undefined ? "" : didYouMean(`--${unknown}`, known);
    throw new UsageError(`${message.split(". To specify")[0] ?? message}${meant}`);
  }
}

/** How to call a command, and what its options mean. */
export function commandHelp(name: string, command: Command): string[] {
  const options = Object.entries(command.options).map(([name, option]) => [
    `--${name}${option.value === undefined ? "" : ` ${option.value}`}`,
    option.help,
  ]);
  const usage = ["Usage: modelwright", name, command.names, "[options]"].filter((word) => word !== undefined);
  return [usage.join(" "), "", "Options:", ...columns(options)];
}

/** Rows with their columns aligned, each indented by two. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const width = (i: number): number => Math.max(...rows.map((row) => row[i]?.length ?? 0));
  const widths = (rows[0] ?? []).map((_, i) => width(i));
  return rows.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ")}`.trimEnd());
}
