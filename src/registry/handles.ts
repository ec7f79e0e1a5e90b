/** The handles of a registry: each stands for one model in whatever generation holds when it is called. */
import type { ProviderFacts } from "../catalog/facts.js";
import { findModel } from "../catalog/find-model.js";
import { isDefaultWord } from "../client/default-model.js";
import type { AnyHandle } from "../client/handle.js";
import { CapabilityError, ModelwrightError } from "../errors.js";
import { compose, type LayeredDocument } from "./compose.js";
import type { Faces } from "./faces.js";
import { type FullGeneration, generationId } from "./generation.js";
import type { History } from "./history.js";
import { liveHandle, type Resolved } from "./live-handle.js";
import { parseOverlay } from "./overlay-document.js";
import type { Trials } from "./trials.js";

/** A model that a handle stands for. */
interface Asked {
  readonly provider: string;
  readonly model: string;
  /** Also when no catalog lists it. */
  readonly wide: boolean;
  /** It was listed when the handle was made. */
  readonly listed: boolean;
  /** Gives a generation with the caller's own facts on top. */
  readonly own: (generation: FullGeneration) => FullGeneration;
}

export interface HandleParts {
  readonly faces: Faces;
  readonly past: History;
  readonly trials: Trials;
  readonly current: () => FullGeneration;
}

type Tags = { readonly [name: string]: string } | undefined;

export class Handles {
  private readonly parts: HandleParts;
  /** What answers in the place of a model, by `provider/model`. */
  private readonly bound = new Map<string, AnyHandle>();
  private readonly made = new WeakSet<object>();

  constructor(parts: HandleParts) {
    this.parts = parts;
  }

  /**
   * `wide`: also for a model that no catalog lists. `facts` are laid over what holds, for calls of this handle only.
   * Throws `CatalogError` for facts that are none.
   */
  of(provider: string, model: string, wide: boolean, facts?: object): AnyHandle {
    const own = facts === undefined ? (generation: FullGeneration) => generation : laidOver(provider, model, facts);
    const before = own(this.parts.current()).providers.get(provider);
    const listed = before !== undefined && findModel(before, model) !== undefined;
    const asked = { provider, model, wide, listed, own };
    const handle = liveHandle((call) => this.resolve(asked, call?.tags));
    this.made.add(handle);
    return handle;
  }

  /** Throws "invalid-configuration" for what cannot answer in the place of the model. */
  bind(provider: string, model: string, handle: object): () => void {
    const { kind } = this.of(provider, model, false);
    const other = handle as AnyHandle;
    // A handle of the registry would be bound like the model itself, without an end.
    if (this.made.has(handle) || other.kind !== kind)
      throw new ModelwrightError(
        "invalid-configuration",
        `${provider}/${model} is served by the handle of a ${kind} model that a provider or a group gives`,
      );
    const id = `${provider}/${model}`;
    this.bound.set(id, other);
    return () => {
      if (this.bound.get(id) === other) this.bound.delete(id);
    };
  }

  /** Whether a catalog lists the model, or did. */
  wasListed(provider: string, model: string): boolean {
    const { faces, past } = this.parts;
    const shipped = faces.shipped.get(provider)?.models;
    return (shipped !== undefined && Object.hasOwn(shipped, model)) || past.had(provider, model);
  }

  private resolve(asked: Asked, tags: Tags): Resolved {
    const { trials, current } = this.parts;
    const bound = this.boundTo(asked);
    if (bound !== undefined) return { handle: bound };
    const chosen = trials.choose(this.meant(asked), tags);
    if (chosen === undefined) return { handle: this.handleIn(current(), asked) };
    const { generation, ended } = chosen;
    try {
      return { handle: this.handleIn(generation, asked), ended };
    } catch (error) {
      // A change that takes a model away fails its calls.
      ended(false, 0);
      throw error;
    }
  }

  /** `provider/model`, with the model that a word such as `auto` stands for. */
  private meant(asked: Asked): string {
    const { provider, model } = asked;
    return `${provider}/${isDefaultWord(model) ? this.handleIn(this.parts.current(), asked).id : model}`;
  }

  /** Throws when the model is gone. */
  private boundTo(asked: Asked): AnyHandle | undefined {
    if (this.bound.size === 0) return undefined;
    const { provider, id } = this.handleIn(this.parts.current(), asked);
    return this.bound.get(`${provider}/${id}`);
  }

  private handleIn(generation: FullGeneration, { provider, model, wide, listed, own }: Asked): AnyHandle {
    const face = this.parts.faces.of(provider, own(generation));
    if (findModel(face.facts, model) === undefined && (listed || this.wasListed(provider, model)))
      throw gone(provider, model);
    return wide ? face.model(model) : face(model);
  }
}

export function gone(provider: string, model: string): CapabilityError {
  return new CapabilityError("unknown-model", `${provider}/${model} was removed from the registry`, {
    provider,
    model,
  });
}

/** The layer `call`. It stands in the program's own code, so nothing in it needs consent. */
function laidOver(provider: string, model: string, facts: object): (generation: FullGeneration) => FullGeneration {
  const text = JSON.stringify({ provider: { id: provider }, models: { [model]: facts } }, null, 2);
  const document = parseOverlay("call", text);
  const layered: LayeredDocument = { layer: "call", source: "call", trusted: true, document };
  const made = new WeakMap<ReadonlyMap<string, ProviderFacts>, FullGeneration>();
  return (generation) => {
    const known = made.get(generation.providers);
    if (known !== undefined) return known;
    const composed = compose(generation.providers, [layered], { consent: undefined, plausibility: false });
    const [problem] = composed.problems;
    if (problem !== undefined) throw problem;
    const next = { ...generation, ...composed, id: generationId(composed.providers) };
    made.set(generation.providers, next);
    return next;
  };
}
