/** The input of one control. Nothing set means nothing sent. */
import { h } from "./dom.js";
import { keepFile, keptFile } from "./files.js";
import { bytes } from "./words.js";

const names = {
  system: "System message",
  image: "Picture",
  pdf: "PDF",
  audio: "Recording",
  documents: "Documents, one to a line",
  topN: "Most results",
  n: "How many",
  format: "Format",
  voice: "Voice",
  speed: "Speed",
  instructions: "Instructions",
  language: "Language",
  prompt: "Hint",
  size: "Size",
  quality: "Quality",
  style: "Style",
  background: "Background",
  outputFormat: "Format",
  aspectRatio: "Aspect ratio",
  resolution: "Resolution",
  duration: "Seconds",
  generateAudio: "Sound",
  dimensions: "Dimensions",
  temperature: "Temperature",
  topP: "Top P",
  topK: "Top K",
  minP: "Min P",
  frequencyPenalty: "Frequency penalty",
  presencePenalty: "Presence penalty",
  repetitionPenalty: "Repetition penalty",
  seed: "Seed",
  stop: "Stop text",
  verbosity: "Verbosity",
  serviceTier: "Service tier",
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
  return control.kind === "file" ? fileField(control, values, changed) : valueField(control, values, changed);
}

function fileField({ name, accept, address }, values, changed) {
  const id = `field-${name}`;
  const chosen = h("p", { class: "file" });
  const picker = h("input", { type: "file", accept, id: address ? `${id}-file` : id, class: "sr" });
  const button = h(
    "button",
    { type: "button", class: "choose", onclick: () => picker.click() },
    "Choose or drop a file",
  );
  const url =
    address && h("input", { id, type: "url", autocomplete: "off", spellcheck: "false", placeholder: "or https://…" });
  const note = h("small", { class: "bad" });
  const take = async (file) => {
    try {
      values[name] = await keepFile(file);
      note.textContent = "";
    } catch (error) {
      note.textContent = error.message;
    }
    show();
    changed();
  };
  const remove = () => {
    delete values[name];
    picker.value = "";
    if (url) url.value = "";
    show();
    changed();
  };
  const show = () => {
    const file = keptFile(values[name]);
    chosen.hidden = file === undefined;
    button.hidden = file !== undefined;
    if (url) url.hidden = file !== undefined;
    if (file === undefined) return;
    chosen.replaceChildren(
      ...(file.preview === undefined ? [] : [h("img", { src: file.preview, alt: "" })]),
      h("span", { class: "name" }, file.name),
      h("small", { class: "dim" }, bytes(file.size)),
      h("button", { type: "button", class: "quiet", "aria-label": `Remove ${file.name}`, onclick: remove }, "×"),
    );
  };
  picker.addEventListener("change", () => picker.files[0] && take(picker.files[0]));
  if (url) {
    if (keptFile(values[name]) === undefined) url.value = values[name] ?? "";
    url.addEventListener("input", () => {
      if (url.value === "") delete values[name];
      else values[name] = url.value;
      changed();
    });
  }
  show();
  const label = h("label", { for: address ? `${id}-file` : id }, names[name]);
  const element = h("div", { class: "field", "data-control": name }, label, picker, button, chosen, url, note);
  const takes = ({ type }) =>
    accept.split(",").some((each) => each === type || (each.endsWith("/*") && type.startsWith(each.slice(0, -1))));
  return { element, takes, take, update: () => undefined };
}

function valueField(control, values, changed) {
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
  if (name === "system" || name === "instructions")
    return h("textarea", { ...attributes, rows: 2, placeholder: "none" });
  if (kind === "lines") return h("textarea", { ...attributes, rows: 6, placeholder: "One document\nAnother document" });
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
