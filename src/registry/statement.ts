/** What a document says, entry by entry, before anything is judged. */
import type { JsonObject } from "../catalog/merge.js";
import type { Problem } from "../catalog/problem.js";

type Path = Problem["path"];

/** What a document says about one model. */
export interface ModelStatement {
  readonly provider: string;
  readonly model: string;
  /** `null`: the model goes. */
  readonly patch: JsonObject | null;
  /** Where it stands in the document. */
  readonly path: Path;
  /** Where a member of the patch stands in the document, when that has names of its own. */
  readonly paths?: { readonly [member: string]: Path };
}

/** What a document says about a provider itself. */
export interface ProviderStatement {
  readonly provider: string;
  readonly section: JsonObject;
}

/** What was read of a document. */
export interface ReadStatements {
  readonly providers: readonly ProviderStatement[];
  readonly models: readonly ModelStatement[];
  /** Entries that were left out, as `provider/model`. */
  readonly quarantined: ReadonlySet<string>;
  readonly problems: readonly Problem[];
  readonly broken: boolean;
}
