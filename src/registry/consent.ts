/** What a change may not do by itself, and how a program lets it. */

/** `shipped` facts came with the program; those of a higher layer lie on top. */
export type Layer = "shipped" | "remote" | "project" | "call";

/** From the lowest to the highest. */
export const layers: readonly Layer[] = ["shipped", "remote", "project", "call"];

/**
 * A change that needs the consent of the program.
 *
 * - `connection`: it would change where a request goes, what is in its headers, or which protocol it speaks.
 * - `widening`: a compiled model would accept or promise more than its types say.
 * - `implausible`: a price or limit that is hard to believe.
 */
export interface Question {
  readonly kind: "connection" | "widening" | "implausible";
  readonly provider: string;
  /** Absent for a member of the provider itself. */
  readonly model?: string;
  /** Dotted path of the fact. */
  readonly path: string;
  readonly from: unknown;
  readonly to: unknown;
  readonly layer: Layer;
  /** Name of the source and of its document. */
  readonly source: string;
  readonly document: string;
}

/** Answers `true` for what may happen. Asked each time a generation is made; without one, nothing of it happens. */
export type Consent = (question: Question) => boolean;
