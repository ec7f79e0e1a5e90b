/** Events of a dev server as lines for a terminal: one for each, calm, and nothing of what was said. */
import { describeChanges } from "../diff/describe.js";
import type { DevEntry, DevEvent, DevProblem } from "../server/dev-feed.js";
import type { GatewayExchange } from "../server/gateway-options.js";
import { plural, type Terminal } from "./terminal.js";

const shownChanges = 8;

export function printEvent(entry: DevEntry, terminal: Terminal): void {
  const time = { style: "dim", text: `${new Date(entry.at).toTimeString().slice(0, 8)}  ` } as const;
  if (entry.type === "request") printRequest(entry.exchange, time, terminal);
  if (entry.type === "catalog") printCatalog(entry, time, terminal);
  if (entry.type === "problems") printProblems(entry.problems, time, terminal);
  if (entry.type === "circuit") terminal.print(time, `circuit  ${entry.target}: ${entry.from} -> ${entry.to}`);
  if (entry.type === "routes") terminal.print(time, `routes   ${entry.routes.join(", ") || "none"}`);
  if (entry.type === "keys")
    terminal.print(time, `keys     real: ${entry.real.join(", ") || "none"}; all others are simulated`);
}

function printProblems(problems: readonly DevProblem[], time: Time, terminal: Terminal): void {
  for (const { message } of problems) terminal.print(time, { style: "red", text: "error    " }, message);
  if (problems.length > 0) terminal.print(time, "kept     what was good before goes on");
  else terminal.print(time, { style: "green", text: "repaired" });
}

type Time = Parameters<Terminal["print"]>[number];

function printRequest(exchange: GatewayExchange, time: Time, terminal: Terminal): void {
  const { method, path, status, requested, provider, model, simulated, ms, usage, cost, error } = exchange;
  const target = provider === undefined ? requested : `${provider}/${model}${simulated ? " (simulated)" : ""}`;
  const facts = [
    `${method} ${path}`,
    target,
    `${Math.round(ms)} ms`,
    usage && `${usage.inputTokens} in, ${usage.outputTokens} out`,
    cost?.state === "known" ? `${cost.amount} ${cost.currency}` : undefined,
    error && `${error.code}: ${error.message}`,
  ].filter((fact) => fact !== undefined);
  const style = error === undefined && status < 400 ? "green" : "red";
  terminal.print(time, { style, text: `${status}      ` }, facts.join("  "));
}

function printCatalog(event: Extract<DevEvent, { type: "catalog" }>, time: Time, terminal: Terminal): void {
  const lines = [...describeChanges(event.changes)].flatMap(([name, changes]) =>
    changes.map((change) => `${name}: ${change}`),
  );
  for (const line of lines.slice(0, shownChanges)) terminal.print(time, { style: "cyan", text: "changed  " }, line);
  if (lines.length > shownChanges) terminal.print(time, `         and ${lines.length - shownChanges} more`);
  const steps = event.steps.map(({ name, ms }) => `${name} ${Math.round(ms)} ms`).join(", ");
  terminal.print(
    time,
    `live     generation ${event.generation}, ${plural(event.files.length, "file")} written (${steps})`,
  );
}
