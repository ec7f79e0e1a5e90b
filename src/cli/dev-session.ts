/** The state of a running dev server: the present models, and how a saved catalog file becomes the next ones. */
import { existsSync, readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { parseEnv } from "node:util";
import { generate } from "../../codegen/index.js";
import type { ProviderFacts } from "../catalog/facts.js";
import type { Environment } from "../client/environment.js";
import { diffCatalogs } from "../diff/catalog-changes.js";
import type { CatalogError } from "../errors.js";
import { type CircuitBreaker, type CircuitChange, type CircuitStatus, circuitBreaker } from "../index.js";
import type { DevFeed, DevProblem, DevStep } from "../server/dev-feed.js";
import type { DevSource, ModelPage } from "../server/dev-source.js";
import type { GatewayModels } from "../server/gateway-options.js";
import { prometheusMetrics } from "../telemetry.js";
import type { Catalog } from "./catalog.js";
import { describeModel } from "./describe-model.js";
import { devModels, hasKey } from "./dev-models.js";
import { DevRoutes } from "./dev-routes.js";
import { leaves } from "./explain.js";
import type { GenerateJob } from "./generate-job.js";
import { originOf } from "./origin.js";
import { problemIn } from "./problem-in.js";
import { type Reading, Regenerator } from "./regenerate.js";

/** Keys may stand here; the process environment comes first. */
export const envFile = resolve(".env");

/** Descriptions of models are made when asked for, and kept while they are true. */
const keptPages = 100;

export class DevSession implements DevSource {
  private readonly job: GenerateJob;
  private readonly feed: DevFeed;
  private readonly simulateAll: boolean;
  private readonly breaker: CircuitBreaker;
  /** For Prometheus. */
  readonly metrics = prometheusMetrics();
  private readonly pages = new Map<string, ModelPage | undefined>();
  private readonly regenerator: Regenerator;
  private readonly routes = new DevRoutes();
  private catalog: Catalog;
  private facts: readonly ProviderFacts[];
  private env: Environment;
  private current: GatewayModels;
  private generation = 1;

  constructor(job: GenerateJob, catalog: Catalog, options: { readonly feed: DevFeed; readonly simulateAll: boolean }) {
    this.job = job;
    this.catalog = catalog;
    this.feed = options.feed;
    this.simulateAll = options.simulateAll;
    const onChange = ({ target, from, to }: CircuitChange): void =>
      this.feed.publish({ type: "circuit", target, from, to });
    this.breaker = circuitBreaker({ onChange });
    this.regenerator = new Regenerator(job, catalog, { docs: false });
    this.facts = catalog.providers;
    this.env = readEnvironment();
    this.current = this.make();
  }

  models(): GatewayModels {
    return this.current;
  }

  problems(): readonly DevProblem[] {
    return [...this.catalog.problems, ...this.routes.problems].map(problemIn);
  }

  /** What is wrong with the routes of the project's file. */
  routeProblems(): readonly CatalogError[] {
    return this.routes.problems;
  }

  groupOf(route: string): string | undefined {
    return this.routes.groupOf(route);
  }

  circuits(): readonly CircuitStatus[] {
    return this.breaker.circuits();
  }

  describe(provider: string, id: string): ModelPage | undefined {
    const name = `${provider}/${id}`;
    if (!this.pages.has(name)) {
      if (this.pages.size >= keptPages) this.pages.clear();
      this.pages.set(name, this.pageOf(provider, id));
    }
    return this.pages.get(name);
  }

  private pageOf(providerId: string, id: string): ModelPage | undefined {
    const provider = this.facts.find((candidate) => candidate.id === providerId);
    const facts = provider !== undefined && Object.hasOwn(provider.models, id) ? provider.models[id] : undefined;
    if (provider === undefined || facts === undefined) return undefined;
    const { sources } = this.catalog;
    const origins = leaves(facts).map(([path, value]) => ({
      path: path.join("."),
      value,
      ...originOf(sources, { provider: providerId, id }, path),
    }));
    const words = facts.kind === "chat" ? describeModel(provider, id, facts) : { accepts: [], refuses: [] };
    const alone = generate([{ ...provider, models: { [id]: facts } }], { index: false }).files;
    const types = [...alone].find(([name]) => name.endsWith(".ts") && !name.endsWith(".d.ts"))?.[1] ?? "";
    const name = /^export const (\w+): Provider</m.exec(types)?.[1] ?? "provider";
    const from = this.job.out === "" ? `modelwright/${providerId}` : `./generated/${providerId}.js`;
    return { provider: providerId, id, facts, origins, ...words, types, module: { name, from } };
  }

  /** Something of the catalog, of the routes or of the keys was saved. What is broken changes nothing. */
  async changed(): Promise<void> {
    this.rereadKeys();
    const unfit = JSON.stringify(this.routes.problems);
    await this.rereadCatalog();
    this.rereadRoutes();
    if (JSON.stringify(this.routes.problems) !== unfit)
      this.feed.publish({ type: "problems", problems: this.problems() });
  }

  private async rereadCatalog(): Promise<void> {
    const hadProblems = this.catalog.problems.length > 0;
    const steps: DevStep[] = [];
    const reading = await timed(steps, "read", () => this.regenerator.read());
    if (reading !== undefined) this.catalog = reading.catalog;
    else if (hadProblems) this.catalog = await this.job.read();
    if (hadProblems || this.catalog.problems.length > 0)
      this.feed.publish({ type: "problems", problems: this.problems() });
    if (reading !== undefined && (reading.dirty.length > 0 || reading.listChanged)) await this.take(reading, steps);
  }

  private async take(reading: Reading, steps: DevStep[]): Promise<void> {
    const changes = await timed(steps, "diff", () => diffCatalogs(this.facts, reading.providers));
    const { report, problems } = await timed(steps, "types", () => this.regenerator.write(reading));
    await timed(steps, "swap", () => {
      this.facts = reading.providers;
      this.swap();
    });
    const files = [...report.written, ...report.deleted].map((name) =>
      relative(process.cwd(), resolve(this.job.out, name)),
    );
    if (problems.length > 0) this.feed.publish({ type: "problems", problems });
    this.feed.publish({ type: "catalog", generation: String(this.generation), changes, steps, files });
  }

  private rereadRoutes(): void {
    if (!this.routes.read()) return;
    this.swap();
    const routes = Object.keys(this.current.routes ?? {});
    this.feed.publish({ type: "routes", generation: String(this.generation), routes });
  }

  private rereadKeys(): void {
    const env = readEnvironment();
    const keyed = (of: Environment): string[] => this.facts.filter((facts) => hasKey(facts, of)).map(({ id }) => id);
    const [before, after] = [keyed(this.env), keyed(env)];
    const changed = JSON.stringify(this.env) !== JSON.stringify(env);
    this.env = env;
    if (!changed) return;
    this.swap();
    if (before.join() === after.join()) return;
    const simulated = [...(this.current.simulated ?? [])];
    this.feed.publish({ type: "keys", generation: String(this.generation), real: after, simulated });
  }

  private swap(): void {
    this.generation++;
    this.pages.clear();
    this.current = this.make();
  }

  private make(): GatewayModels {
    const { env, simulateAll, breaker, metrics } = this;
    const shared = { circuitBreaker: breaker, telemetry: metrics };
    const models = devModels(this.facts, { env, simulateAll, generation: String(this.generation), shared });
    return { ...models, routes: this.routes.over(models.providers) };
  }
}

function readEnvironment(): Environment {
  const own = existsSync(envFile) ? parseEnv(readFileSync(envFile, "utf8")) : {};
  return { ...own, ...process.env };
}

async function timed<Value>(
  steps: DevStep[],
  name: DevStep["name"],
  work: () => Value | Promise<Value>,
): Promise<Value> {
  const began = performance.now();
  const value = await work();
  steps.push({ name, ms: performance.now() - began });
  return value;
}
