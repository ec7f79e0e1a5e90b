/** Encodes the reasoning controls in the way that the catalog names for the model (`reasoning.wire`). */
import type { OpenaiChatDialect } from "../../catalog/dialects/openai-chat.js";
import type { Reasoning, ReasoningWire } from "../../catalog/facts.js";
import type { NeutralReasoning, ReasoningEffort } from "../../chat/request.js";
import type { ChatCall } from "../protocol.js";
import { dialectOf, type Members } from "./wire.js";

/** What the request asks for, in the terms of the wire. */
interface Wanted {
  /** Undefined: the request does not say. */
  readonly on: boolean | undefined;
  /** A level of the model, alias applied. Undefined: none given, off, or the provider's default. */
  readonly effort: ReasoningEffort | undefined;
  /** Tokens. */
  readonly budget: number | undefined;
  readonly facts: Reasoning;
  readonly dialect: OpenaiChatDialect;
  readonly request: NeutralReasoning;
  readonly drop: (control: keyof NeutralReasoning) => void;
}

type Encoder = (wanted: Wanted) => Members;

const encoders: { readonly [W in ReasoningWire]?: Encoder } = {
  "openai-effort": openaiEffort,
  openrouter,
  "enable-thinking": enableThinking,
  "thinking-type": thinkingType,
  "chat-template-kwargs": chatTemplate,
};

/** Members of the body. Controls that the wire cannot say are listed as dropped. */
export function encodeReasoning(call: ChatCall): Members {
  const { reasoning } = call.request;
  if (reasoning === undefined) return {};
  const facts = call.model.reasoning ?? { mode: "unknown" };
  const wanted = { ...wantedOf(reasoning, facts, call.adjust), dialect: dialectOf(call) };
  const encode = encoders[facts.wire ?? "openai-effort"] ?? unsayable;
  const { summary } = reasoning;
  if (summary !== undefined && summary !== "none" && encode !== openrouter) wanted.drop("summary");
  return encode(wanted);
}

function wantedOf(request: NeutralReasoning, facts: Reasoning, adjust: ChatCall["adjust"]): Omit<Wanted, "dialect"> {
  const { effort, budget, enabled } = request;
  const tokens = budget === "auto" ? facts.budget?.auto : budget;
  const on = enabled ?? switchedBy(effort, budget);
  const level = effort === "none" || on === false ? undefined : levelOf(effort, facts, adjust);
  const drop = (control: keyof NeutralReasoning): void =>
    adjust({
      path: `reasoning.${control}`,
      action: "dropped",
      reason: "the model has no such control on this wire",
      from: request[control],
    });
  return { on, effort: level, budget: on === false ? undefined : tokens, facts, request, drop };
}

/** What an effort or a budget says about the switch. */
function switchedBy(effort: ReasoningEffort | undefined, budget: NeutralReasoning["budget"]): boolean | undefined {
  if (effort !== undefined && effort !== "default") return effort !== "none";
  return budget === undefined ? undefined : budget !== 0;
}

function levelOf(
  effort: ReasoningEffort | undefined,
  facts: Reasoning,
  adjust: ChatCall["adjust"],
): ReasoningEffort | undefined {
  if (effort === undefined) return undefined;
  // `default` leaves the choice to the provider, unless it is one of the model's own words (Groq's Qwen).
  if (effort === "default") return facts.effort?.levels.includes("default") === true ? effort : undefined;
  const alias = facts.effort?.alias ?? {};
  const to = Object.hasOwn(alias, effort) ? alias[effort] : undefined;
  if (to === undefined || to === effort) return effort;
  adjust({ path: "reasoning.effort", action: "replaced", reason: "the provider treats them alike", from: effort, to });
  return to;
}

/** `reasoning_effort`: OpenAI, xAI, Groq, Mistral, and any server that says nothing else. */
function openaiEffort({ on, effort, facts, request, drop }: Wanted): Members {
  if (typeof request.budget === "number") drop("budget");
  if (on === false) {
    const off = facts.effort?.off ?? (request.effort === "none" ? "none" : undefined);
    if (off === undefined) drop("enabled");
    return off === undefined ? {} : { reasoning_effort: off };
  }
  const level = effort ?? (on === true && facts.default === "off" ? firstLevel(facts) : undefined);
  return level === undefined ? {} : { reasoning_effort: level };
}

/** The level that switches reasoning on where it is off by default. */
function firstLevel({ effort }: Reasoning): ReasoningEffort | undefined {
  if (effort === undefined) return undefined;
  if (effort.default !== undefined && effort.default !== effort.off) return effort.default;
  return effort.levels.find((level) => level !== effort.off);
}

/** https://openrouter.ai/docs/use-cases/reasoning-tokens: an effort or a number of tokens, not both. */
function openrouter({ on, effort, budget, request, drop }: Wanted): Members {
  const exclude = request.summary === "none" ? { exclude: true } : {};
  if (request.summary === "concise" || request.summary === "detailed") drop("summary");
  if (on === false) return { reasoning: { enabled: false, ...exclude } };
  if (effort !== undefined) {
    if (budget !== undefined) drop("budget");
    return { reasoning: { effort, ...exclude } };
  }
  if (budget !== undefined) return { reasoning: { max_tokens: budget, ...exclude } };
  const switched = on === undefined ? {} : { enabled: on };
  return Object.keys(switched).length + Object.keys(exclude).length === 0
    ? {}
    : { reasoning: { ...switched, ...exclude } };
}

/** Alibaba: https://www.alibabacloud.com/help/en/model-studio/deep-thinking */
function enableThinking(wanted: Wanted): Members {
  const { budget } = wanted;
  const on = switchOf(wanted);
  return {
    ...(on === undefined ? {} : { enable_thinking: on }),
    ...(budget === undefined ? {} : { thinking_budget: budget }),
    ...effortBeside(wanted),
  };
}

/**
 * DeepSeek, Moonshot, Z.ai: `thinking: {type}`, with a budget or an effort where the model has one. Volcengine's
 * DeepSeek and GLM demand their lowest effort beside the switch.
 */
function thinkingType(wanted: Wanted): Members {
  const { budget, facts, drop } = wanted;
  const on = switchOf(wanted);
  const budgeted = budget !== undefined && facts.budget !== undefined;
  if (budget !== undefined && !budgeted) drop("budget");
  const type = on === undefined && !budgeted ? undefined : on === false ? "disabled" : "enabled";
  return {
    ...(type === undefined ? {} : { thinking: { type, ...(budgeted ? { budget_tokens: budget } : {}) } }),
    ...(type === "disabled" && facts.effort?.off !== undefined ? { reasoning_effort: facts.effort.off } : {}),
    ...effortBeside(wanted),
  };
}

/** vLLM and llama.cpp hand the switch to the model's chat template. https://docs.vllm.ai/en/latest/features/reasoning_outputs.html */
function chatTemplate(wanted: Wanted): Members {
  const { templateField: field = "chat_template_kwargs", templateSwitch: name = "enable_thinking" } = wanted.dialect;
  if (wanted.budget !== undefined) wanted.drop("budget");
  const on = switchOf(wanted);
  return {
    ...(on === undefined ? {} : { [field]: { [name]: on } }),
    ...effortBeside(wanted),
  };
}

/** The switch, where the model has one: models that always think are told nothing. */
function switchOf({ on, facts, request, drop }: Wanted): boolean | undefined {
  if (facts.mode !== "always") return on;
  if (on === false) drop(request.enabled === false ? "enabled" : "effort");
  return undefined;
}

function effortBeside({ effort, facts, drop }: Wanted): Members {
  if (effort === undefined) return {};
  if (facts.effort !== undefined) return { reasoning_effort: effort };
  drop("effort");
  return {};
}

/** The catalog names an encoder of another protocol. */
function unsayable({ request, drop }: Wanted): Members {
  for (const control of ["effort", "budget", "enabled"] as const) if (request[control] !== undefined) drop(control);
  return {};
}
