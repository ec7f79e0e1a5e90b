/** Converts a row's reasoning facts into `reasoning`. */
import { compact, type Json } from "./object.js";
import type { ReasoningRow, Row } from "./row.js";
import type { Settings } from "./settings.js";

const order = ["none", "minimal", "low", "medium", "high", "xhigh", "max", "default"];

/** How protocols other than the provider's own are told to reason. */
const usualWires: { readonly [protocol: string]: { readonly budget: string; readonly level: string } } = {
  "anthropic-messages": { budget: "anthropic-thinking", level: "anthropic-adaptive" },
  "google-generative-ai": { budget: "gemini-budget", level: "gemini-level" },
};

const every = { budget: true, toggle: true };

/** Controls beside an effort that a wire has words for, where it lacks some. */
const sayable: { readonly [wire: string]: typeof every } = {
  "openai-effort": { budget: false, toggle: false },
  "chat-template-kwargs": { budget: false, toggle: true },
};

/**
 * The reasoning facts of a row; `undefined` when no source says whether the model reasons. `protocol` is the model's,
 * where it is not its provider's.
 */
export function convertReasoning(row: Row, { convert, provider }: Settings, protocol?: unknown): Json | undefined {
  const facts = row.reasoning ?? {};
  const mode = facts.mode ?? (row.caps?.reasoning === true ? "unknown" : row.caps?.reasoning === false ? "none" : "");
  if (mode === "") return undefined;
  if (mode === "none") return { mode };
  const { field, replay, output, ...stated } = (convert.reasoning ?? {}) as { [name: string]: string | undefined };
  const effort = convertEffort(facts, mode);
  const wires = usualWires[String(protocol ?? provider.protocol)];
  const usual = (protocol === undefined ? convert.wires : undefined) ?? wires;
  const wire = wireOf(facts, { wires: usual, wire: protocol === undefined ? stated.wire : undefined });
  const says = sayable[wire ?? "openai-effort"] ?? every;
  const budget = says.budget ? convertBudget(facts, mode, convert.budget) : undefined;
  const toggle = says.toggle ? facts.toggle : undefined;
  const controlled = effort ?? budget ?? toggle ?? facts.adaptive;
  if (controlled === undefined && convert.unstatedControls !== undefined) {
    return compact({ mode, field: facts.field ?? field, replay, output, wire, ...convert.unstatedControls });
  }
  return compact({
    mode,
    default: mode === "optional" && facts.defaultOn !== undefined ? (facts.defaultOn ? "on" : "off") : undefined,
    toggle,
    effort,
    budget,
    adaptive: facts.adaptive,
    exclusive: facts.adaptive && budget ? [["adaptive", "budget"]] : undefined,
    field: facts.field ?? field,
    replay,
    output,
    wire: controlled === undefined ? undefined : (wire ?? "openai-effort"),
  });
}

function convertEffort(facts: ReasoningRow, mode: string): Json | undefined {
  const levels = (facts.efforts ?? [])
    .filter((level) => order.includes(level) && !facts.effortsExcluded?.includes(level))
    .sort((a, b) => order.indexOf(a) - order.indexOf(b));
  if (levels.length === 0) return undefined;
  const off = mode === "optional" && levels.includes("none") ? "none" : undefined;
  // What a silent request does is stated by `defaultOn`; a default level only holds once reasoning is on.
  const usual = off !== undefined && facts.defaultOn === false ? off : facts.defaultEffort;
  return compact({ levels, default: usual !== undefined && levels.includes(usual) ? usual : undefined, off });
}

function convertBudget({ budget }: ReasoningRow, mode: string, special: Json | undefined): Json | undefined {
  if (budget === undefined) return undefined;
  const { off, ...rest } = special ?? {};
  // A stated minimum of 0 or -1 is a special value (off, automatic), not a budget.
  const min = budget.min === undefined ? undefined : Math.max(1, budget.min);
  return {
    ...compact({ min, max: budget.max, ...rest }),
    ...(mode === "optional" && off !== undefined ? { off } : {}),
  };
}

function wireOf(
  facts: ReasoningRow,
  { wires, wire }: { readonly wires: Settings["convert"]["wires"]; readonly wire: string | undefined },
): string | undefined {
  if (wires === undefined) return wire;
  return facts.budget !== undefined || facts.style === "budget" ? wires.budget : wires.level;
}
