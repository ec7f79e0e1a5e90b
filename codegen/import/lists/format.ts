/** What a published list of models is to the importer: how it is told from others, and how its entries become rows. */
import type { Json } from "../object.js";
import type { Row } from "../row.js";

/** A provider that a list names. */
export interface ListedProvider {
  readonly id: string;
  /** The `provider` section of its file, where the list says enough for one. */
  readonly connection?: Json;
}

export interface ReadOptions {
  /** How many tokens a price is for, where the list does not say. */
  readonly priceUnit?: number | undefined;
}

export interface ListFormat {
  /** Named as the source of each fact: "models.dev". */
  readonly id: string;
  /** Whose models the list holds, when entries do not say. */
  readonly provider?: string;
  matches(list: Json): boolean;
  /** The entries as rows; one without an id is left out by the caller. Throws for prices without a unit. */
  read(list: Json, provider: string, options: ReadOptions): readonly Row[];
  connections?(list: Json): readonly ListedProvider[];
}
