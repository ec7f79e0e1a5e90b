/** The input of one control. Nothing set means nothing sent. */
import { h } from "./dom.js";

const names = {
  system: "System message",
  image: "Picture (https: or data: address)",
  tools: "Tools",
  output: "Answer as JSON (schema)",
  "reasoning.effort": "Reasoning effort",
  "reasoning.enabled": "Reasoning",
  "reasoning.budget": "Reasoning budget (tokens)",
  maxOutputTokens: "Most output tokens",
};

const examples = {
  tools: {
    weather: {
      description: "Weather of a city",
      input: {
        type: "object",
        properties: { city: { type: "string" } },
        required: ["city"],
        additionalProperties: false,
      },
    },
  },
  output: {
    type: "object",
    properties: { answer: { type: "string" }, certain: { type: "boolean" } },
    required: ["answer", "certain"],
    additionalProperties: false,
  },
};

/** `values` is written by what people do; `changed` is called after that. */
export function field(control, values, changed) {
  const id = `field-${control.name}`;
  const set = (text) => {
    const value = read(control, text);
    if (value === undefined) delete values[control.name];
    else values[control.name] = value;
    changed();
  };
  const input = inputOf(control, { id, "aria-describedby": `${id}-note` });
  if (values[control.name] !== undefined) input.value = String(values[control.name]);
  input.addEventListener("input", () => set(input.value));
  const note = h("small", { id: `${id}-note`, class: "dim" });
  const example = examples[control.name];
  const fill = () => {
    input.value = JSON.stringify(example, undefined, 2);
    set(input.value);
  };
  const element = h(
    "div",
    { class: "field", "data-control": control.name },
    h("label", { for: id }, names[control.name] ?? control.name),
    example && h("button", { type: "button", class: "quiet", onclick: fill }, "example"),
    input,
    note,
  );
  return {
    element,
    update({ refused, min, max, usual }) {
      const isSet = values[control.name] !== undefined;
      // What is set stays within reach, to be taken back.
      input.disabled = refused !== undefined && !isSet;
      element.classList.toggle("refused", refused !== undefined);
      input.setAttribute("aria-invalid", String(refused !== undefined && isSet));
      if (input.type === "number") {
        input.min = min ?? "";
        input.max = max ?? "";
      }
      note.textContent = refused ?? hint({ min, max, usual });
    },
  };
}

function inputOf({ kind, choices, name, step }, attributes) {
  if (kind === "choice") return select(choices, attributes);
  if (kind === "switch") return select(["on", "off"], attributes);
  if (kind === "number" || kind === "integer")
    return h("input", {
      ...attributes,
      type: "number",
      step: kind === "integer" ? (step ?? 1) : (step ?? "any"),
      placeholder: "default",
    });
  if (kind === "json")
    return h("textarea", { ...attributes, rows: 2, class: "mono", spellcheck: "false", placeholder: "none" });
  if (name === "system") return h("textarea", { ...attributes, rows: 2, placeholder: "none" });
  return h("input", { ...attributes, type: "text", autocomplete: "off", spellcheck: "false", placeholder: "none" });
}

function select(choices, attributes) {
  return h(
    "select",
    attributes,
    h("option", { value: "" }, "default"),
    choices.map((value) => h("option", { value }, String(value))),
  );
}

function read({ kind, choices }, text) {
  if (text === "") return undefined;
  if (kind === "number" || kind === "integer") return Number.isFinite(Number(text)) ? Number(text) : undefined;
  if (kind === "switch") return text === "on";
  return kind === "choice" ? choices.find((value) => String(value) === text) : text;
}

function hint({ min, max, usual }) {
  const range =
    min !== undefined && max !== undefined
      ? `${min} to ${max}`
      : max !== undefined
        ? `at most ${max}`
        : min !== undefined
          ? `at least ${min}`
          : "";
  return [range, usual === undefined ? "" : `default ${{ true: "on", false: "off" }[usual] ?? usual}`]
    .filter(Boolean)
    .join(", ");
}
