/** Changes on trial: one at a time beside what holds, kept or taken back at the end. */
import { ModelwrightError } from "../errors.js";
import type { Act } from "./act.js";
import type { LayeredDocument } from "./compose.js";
import { type Deployment, type DeployOptions, RunningDeployment } from "./deployment.js";
import { changeBetween, type FullGeneration } from "./generation.js";
import { parseOverlay } from "./overlay-document.js";
import type { RegistryEvent } from "./registry-types.js";

/** What the registry does for its trials. */
export interface TrialHost {
  readonly now: () => number;
  /** What holds. */
  readonly current: () => FullGeneration;
  /** What would hold with a further document. */
  readonly candidate: (layered: LayeredDocument) => FullGeneration;
  readonly tell: (event: RegistryEvent) => void;
  /** The changes that were kept are others now. */
  readonly kept: (act: Act) => void;
}

/** A trial as it is written down. */
export interface SavedTrial {
  readonly text: string;
  readonly options: Omit<DeployOptions, "key">;
  readonly paused: boolean;
}

interface Trial {
  readonly deployment: RunningDeployment;
  readonly layered: LayeredDocument;
  readonly options: DeployOptions;
  candidate: FullGeneration;
  /** Models that it changes. */
  concerns: ReadonlySet<string>;
}

/** The generation of one call, and who is told how the call ended. */
export interface Chosen {
  readonly generation: FullGeneration;
  readonly ended: (ok: boolean, ms: number) => void;
}

export class Trials {
  /** Changes that were kept. */
  kept: readonly LayeredDocument[] = [];
  private readonly host: TrialHost;
  private running: Trial | undefined;

  constructor(host: TrialHost) {
    this.host = host;
  }

  get current(): Deployment | undefined {
    return this.running?.deployment;
  }

  get saved(): SavedTrial | null {
    if (this.running === undefined) return null;
    const { deployment, layered, options } = this.running;
    const { key: _key, ...rest } = options;
    const { percent, steps, state } = deployment;
    return {
      text: layered.document.text,
      options: { ...rest, canary: percent, steps },
      paused: state === "paused",
    };
  }

  deploy(change: unknown, options: DeployOptions): Deployment {
    if (this.running !== undefined)
      throw new ModelwrightError("invalid-configuration", "another deployment runs: complete it or roll it back");
    const text = JSON.stringify(change, null, 2) ?? "";
    return this.begin(text, options, { trusted: true, reason: options.reason ?? "deployed" });
  }

  /** Goes on with a trial of an earlier run, at the step where it was. */
  resume({ text, options, paused }: SavedTrial, key: DeployOptions["key"], trusted: boolean): void {
    const deployment = this.begin(text, { ...options, key }, { trusted, reason: "taken up again" });
    if (paused) deployment.pause();
  }

  /** What holds, or what goes with it, became another. */
  refresh(): void {
    if (this.running !== undefined) Object.assign(this.running, this.tried(this.running.layered));
  }

  /** `undefined` when no trial concerns the model. */
  choose(id: string, tags: { readonly [name: string]: string } | undefined): Chosen | undefined {
    const { running } = this;
    if (running === undefined || !running.concerns.has(id)) return undefined;
    const changed = running.deployment.takes({ id, tags });
    return {
      generation: changed ? running.candidate : this.host.current(),
      ended: (ok, ms) => running.deployment.record(changed, ok, ms),
    };
  }

  rollback(reason: string): void {
    this.running?.deployment.rollback(reason);
  }

  private begin(
    text: string,
    options: DeployOptions,
    { trusted, reason }: { readonly trusted: boolean; readonly reason: string },
  ): RunningDeployment {
    const document = parseOverlay("deployment", text);
    const [problem] = document.problems;
    if (problem !== undefined) throw problem;
    const layered: LayeredDocument = { layer: "project", source: "deployment", trusted, document };
    const { by = "program", reason: why = "deployed" } = options;
    const deployment = new RunningDeployment(
      {
        now: () => this.host.now(),
        candidate: () => this.running?.candidate.id ?? this.host.current().id,
        concerns: (id) => this.running?.concerns.has(id) === true,
        told: (state, percent, told) => {
          if (state === "completed" || state === "rolled-back") this.running = undefined;
          this.host.tell({ type: "deployment", state, percent, reason: told });
        },
        keep: (act) => {
          this.kept = [...this.kept, layered];
          this.host.kept({ by: act.by ?? by, reason: act.reason ?? why });
        },
      },
      options,
      text,
    );
    this.running = { deployment, layered, options, ...this.tried(layered) };
    deployment.begin(reason);
    return deployment;
  }

  private tried(layered: LayeredDocument): Pick<Trial, "candidate" | "concerns"> {
    const candidate = this.host.candidate(layered);
    const { added, removed, updated } = changeBetween(this.host.current(), candidate);
    return { candidate, concerns: new Set([...added, ...removed, ...updated]) };
  }
}
