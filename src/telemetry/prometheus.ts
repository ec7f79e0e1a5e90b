/** Metrics of calls in the text format that Prometheus scrapes, for processes that run no OpenTelemetry SDK. */
import { costOfCall } from "../client/call-cost.js";
import { type ObservedEnd, observe, operationOf, type Telemetry } from "./observe.js";

/** Counters and histograms in Prometheus' text form. */
export interface PrometheusMetrics extends Telemetry {
  /** The text exposition format, version 0.0.4. */
  text(): string;
  /** What to serve it as. */
  readonly contentType: string;
}

const secondsBounds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 60, 120] as const;

interface Family {
  readonly name: string;
  readonly type: "counter" | "histogram";
  readonly help: string;
}

const families = {
  calls: { name: "modelwright_calls_total", type: "counter", help: "Calls by outcome." },
  attempts: { name: "modelwright_attempts_total", type: "counter", help: "Requests sent, by outcome." },
  tokens: { name: "modelwright_tokens_total", type: "counter", help: "Tokens of prompts and answers." },
  cost: { name: "modelwright_cost_total", type: "counter", help: "Cost of calls whose cost is known, by currency." },
  duration: { name: "modelwright_call_duration_seconds", type: "histogram", help: "Duration of calls." },
  firstChunk: {
    name: "modelwright_time_to_first_chunk_seconds",
    type: "histogram",
    help: "Time to the first piece of an answer.",
  },
} as const satisfies { readonly [name: string]: Family };

type Labels = { readonly [name: string]: string };

interface Observed {
  readonly counts: number[];
  sum: number;
}

/** Labels are provider, model and operation: one series for each model that is called, whatever callers send. */
export function prometheusMetrics(): PrometheusMetrics {
  const counters = new Map<Family, Map<string, number>>();
  const histograms = new Map<Family, Map<string, Observed>>();
  const add = (family: Family, labels: Labels, amount: number): void => {
    const series = counters.get(family) ?? new Map<string, number>();
    counters.set(family, series);
    const key = labelText(labels);
    series.set(key, (series.get(key) ?? 0) + amount);
  };
  const record = (family: Family, labels: Labels, seconds: number): void => {
    const series = histograms.get(family) ?? new Map<string, Observed>();
    histograms.set(family, series);
    const key = labelText(labels);
    const observed = series.get(key) ?? { counts: new Array<number>(secondsBounds.length + 1).fill(0), sum: 0 };
    series.set(key, observed);
    const bucket = secondsBounds.findIndex((bound) => seconds <= bound);
    const at = bucket === -1 ? secondsBounds.length : bucket;
    observed.counts[at] = (observed.counts[at] ?? 0) + 1;
    observed.sum += seconds;
  };
  const telemetry = observe({
    begin(call, scope) {
      const labels = { provider: call.provider.id, model: call.modelId, operation: operationOf(call) };
      const began = Date.now();
      return (end: ObservedEnd) => {
        const outcome = { ...labels, outcome: end.outcome, code: end.code ?? "" };
        if (scope === "attempt") return add(families.attempts, outcome, 1);
        add(families.calls, outcome, 1);
        record(families.duration, labels, end.ms / 1000);
        if (end.firstChunkMs !== undefined) record(families.firstChunk, labels, end.firstChunkMs / 1000);
        const { usage } = end;
        const cost = costOfCall(call, end, began);
        if (usage !== undefined && usage.state !== "absent") {
          add(families.tokens, { ...labels, type: "input" }, usage.inputTokens);
          add(families.tokens, { ...labels, type: "output" }, usage.outputTokens);
        }
        // A call of a free model that failed was for nothing, but is no purchase.
        if (usage === undefined && end.cost === undefined) return;
        if (cost.state === "known") add(families.cost, { ...labels, currency: cost.currency }, cost.amount);
      };
    },
  });
  return {
    ...telemetry,
    contentType: "text/plain; version=0.0.4; charset=utf-8",
    text: () => [...counterLines(counters), ...histogramLines(histograms), ""].join("\n"),
  };
}

function* counterLines(counters: ReadonlyMap<Family, ReadonlyMap<string, number>>): Iterable<string> {
  for (const [family, series] of counters) {
    yield* head(family);
    for (const [labels, value] of series) yield `${family.name}{${labels}} ${value}`;
  }
}

function* histogramLines(histograms: ReadonlyMap<Family, ReadonlyMap<string, Observed>>): Iterable<string> {
  for (const [family, series] of histograms) {
    yield* head(family);
    for (const [labels, { counts, sum }] of series) {
      let total = 0;
      for (const [i, count] of counts.entries()) {
        total += count;
        yield `${family.name}_bucket{${labels},le="${secondsBounds[i] ?? "+Inf"}"} ${total}`;
      }
      yield `${family.name}_sum{${labels}} ${sum}`;
      yield `${family.name}_count{${labels}} ${total}`;
    }
  }
}

const head = ({ name, type, help }: Family): string[] => [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];

function labelText(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value.replace(/\\/g, "\\\\").replace(/\n/g, "\\n").replace(/"/g, '\\"')}"`)
    .join(",");
}
