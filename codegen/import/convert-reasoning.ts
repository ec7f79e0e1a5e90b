/** Converts a row's reasoning facts into `reasoning`. */
import { compact, type Json } from "./object.js";
import type { ReasoningRow, Row } from "./row.js";
import type { Settings } from "./settings.js";

const order = ["none", "minimal", "low", "medium", "high", "xhigh", "max", "default"];

/** The reasoning facts of a row; `undefined` when no source says whether the model reasons. */
export function convertReasoning(row: Row, { convert }: Settings): Json | undefined {
  const facts = row.reasoning ?? {};
  const mode = facts.mode ?? (row.caps?.reasoning === true ? "unknown" : row.caps?.reasoning === false ? "none" : "");
  if (mode === "") return undefined;
  if (mode === "none") return { mode };
  const { field, replay, output, wire } = (convert.reasoning ?? {}) as { [name: string]: string | undefined };
  const effort = convertEffort(facts, mode);
  const budget = convertBudget(facts, mode, convert.budget);
  const controlled = effort ?? budget ?? facts.toggle ?? facts.adaptive;
  if (controlled === undefined && convert.unstatedControls !== undefined) {
    return compact({ mode, field: facts.field ?? field, replay, output, wire, ...convert.unstatedControls });
  }
  return compact({
    mode,
    default: mode === "optional" && facts.defaultOn !== undefined ? (facts.defaultOn ? "on" : "off") : undefined,
    toggle: facts.toggle,
    effort,
    budget,
    adaptive: facts.adaptive,
    exclusive: facts.adaptive && budget ? [["adaptive", "budget"]] : undefined,
    field: facts.field ?? field,
    replay,
    output,
    wire: controlled === undefined ? undefined : wireOf(facts, budget !== undefined, { wires: convert.wires, wire }),
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
  hasBudget: boolean,
  { wires, wire }: { readonly wires: Settings["convert"]["wires"]; readonly wire: string | undefined },
): string | undefined {
  if (wires === undefined) return wire;
  return hasBudget || facts.style === "budget" ? wires.budget : wires.level;
}
