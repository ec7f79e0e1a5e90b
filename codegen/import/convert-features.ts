/** Converts a row's yes/no capabilities into `features`. Silence stays silence. */
import { compact, type Json } from "./object.js";
import type { Row } from "./row.js";
import type { Settings } from "./settings.js";

/** The features of a row. */
export function convertFeatures(row: Row, { convert }: Settings): Json {
  const caps = row.caps ?? {};
  return compact({
    tools: caps.tools,
    toolChoice: toolChoice(row),
    parallelTools: caps.tools === false ? undefined : caps.parallelTools,
    strictTools: caps.strictTools,
    structuredOutput: structuredOutput(row, convert),
    structuredOutputWithTools: caps.toolCombination,
    systemRole: caps.systemMessage === false ? false : undefined,
    prefill: caps.assistantPrefill,
    promptCaching: caps.promptCaching === true ? convert.promptCaching : undefined,
    builtinTools: row.builtinTools ?? (caps.tools === true ? convert.builtinTools : undefined),
    batch: offersBatch(row) ? true : undefined,
  });
}

/** Only limits are read: a plain yes does not say which modes, the provider's profile does. */
function toolChoice({ caps = {} }: Row): string[] | undefined {
  if (caps.tools !== true) return undefined;
  if (caps.toolChoice === false) return ["auto"];
  return caps.forcedToolChoice === false ? ["auto", "none"] : undefined;
}

function structuredOutput(row: Row, convert: Settings["convert"]): string | undefined {
  const meaning = convert.structuredOutput;
  if (meaning === undefined) return undefined;
  const stated = convert.nativeStructuredOutput ? row.caps?.nativeStructuredOutput : row.caps?.structuredOutput;
  if (stated === true) return meaning.yes;
  if (row.features?.includes("json_object") || row.params?.supported?.includes("response_format")) return "json";
  return stated === false ? meaning.no : meaning.unstated;
}

function offersBatch(row: Row): boolean {
  return row.pricing?.batch !== undefined || (row.endpoints ?? []).some((path) => /(^|\/)batch$/.test(path));
}
