/** A simulated primary and two second models, which answer one text and continue it when it is begun for them. */
import { loadCatalog } from "../../src/catalog/load.js";
import { createSimulator, type SimulatedRequest, type Simulator } from "../../src/testing.js";
import type { Scenario } from "./scenarios.js";

/** 60 words, so that a stream of them can be cut at 40. */
export const answer = Array.from({ length: 60 }, (_, i) => `word${i}`).join(" ");

export const primaryModel = "gpt-4.1";
/** Of another vendor and another protocol: one accepts a begun answer, the other refuses it. */
export const secondModels = { resumes: "claude-haiku-4-5", restarts: "claude-opus-4-6" } as const;
/** For clients that speak one protocol only. */
export const compatibleModel = "llama-3.3-70b-versatile";

export function secondOf(scenario: Scenario): string {
  return scenario.secondRejectsPrefill ? secondModels.restarts : secondModels.resumes;
}

const { providers } = await loadCatalog("catalog");
const used = providers.filter(({ id }) => ["openai", "anthropic", "groq"].includes(id));

/** A listening simulator; `arm` makes its primary fail. */
export async function createBed(port = 0): Promise<Simulator> {
  const simulator = createSimulator({ providers: used, script: answerTo });
  await simulator.listen(port);
  return simulator;
}

export function arm(simulator: Simulator, { fault, conditions }: Scenario): void {
  simulator.fault(fault, { provider: "openai", ...conditions });
}

/** The whole text, or the rest of it where the request begins it. */
function answerTo({ body }: SimulatedRequest): string {
  const messages = (body as { messages?: { role?: string; content?: unknown }[] } | undefined)?.messages ?? [];
  const last = messages.at(-1);
  if (last?.role !== "assistant") return answer;
  const content = typeof last.content === "string" ? last.content : textIn(last.content);
  return answer.startsWith(content) ? answer.slice(content.length) : answer;
}

function textIn(content: unknown): string {
  return Array.isArray(content) ? content.map((block: { text?: string }) => block.text ?? "").join("") : "";
}
