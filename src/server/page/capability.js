/** What a listed model can, in the words of the matrix: yes, part, no or maybe. */

const levels = { none: "no", json: "part", schema: "yes", strict: "yes" };
const modes = { none: "no", optional: "yes", always: "yes", unknown: "maybe" };

export function capability(model, name) {
  if (name === "tools") return model.tools === undefined ? "maybe" : model.tools ? "yes" : "no";
  if (name === "output") return levels[model.structuredOutput] ?? "maybe";
  if (name === "reasoning") return modes[model.reasoning] ?? "maybe";
  return model.input.includes(name) ? "yes" : "no";
}

export const can = (model, name) => ["yes", "part"].includes(capability(model, name));

export const words = { yes: "yes", part: "in part", no: "no", maybe: "not stated" };
