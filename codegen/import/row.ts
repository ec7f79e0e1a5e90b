/** One row of a model facts file (JSON lines), as loosely as it comes: every member may be missing. */

export interface PriceRow {
  readonly [name: string]: unknown;
}

export interface Row {
  readonly provider: string;
  readonly id: string;
  readonly kind?: string;
  readonly name?: string;
  readonly family?: string;
  readonly status?: string;
  readonly successor?: string;
  readonly aliasOf?: string;
  readonly aliases?: readonly string[];
  readonly openWeights?: boolean;
  readonly endpoints?: readonly string[];
  readonly features?: readonly string[];
  readonly builtinTools?: readonly string[];
  readonly dates?: { readonly [name: string]: string | undefined };
  readonly modalities?: { readonly in?: readonly string[]; readonly out?: readonly string[] };
  readonly caps?: { readonly [name: string]: boolean | undefined };
  readonly reasoning?: ReasoningRow;
  readonly params?: ParamsRow;
  readonly limits?: { readonly [name: string]: number | undefined };
  readonly embedding?: EmbeddingRow;
  readonly image?: MediaRow;
  readonly speech?: MediaRow;
  readonly video?: MediaRow;
  readonly pricing?: PriceRow;
  readonly modes?: { readonly [mode: string]: ModeRow };
  readonly transport?: TransportRow;
}

/** Connection of one model: the package that speaks to it, its address, and the endpoint's shape. */
export interface TransportRow {
  readonly npm?: string;
  readonly api?: string;
  readonly shape?: string;
}

export interface ReasoningRow {
  readonly mode?: string;
  readonly efforts?: readonly string[];
  readonly effortsExcluded?: readonly string[];
  readonly defaultEffort?: string;
  readonly defaultOn?: boolean;
  readonly toggle?: boolean;
  readonly budget?: { readonly min?: number; readonly max?: number; readonly any?: boolean };
  readonly adaptive?: boolean;
  readonly field?: string;
  readonly style?: string;
  readonly offCapsEffortAt?: string;
}

export interface ParamsRow {
  readonly supported?: readonly string[];
  readonly unsupported?: readonly string[];
  readonly unsupportedWhenReasoning?: readonly string[];
  readonly ignoredWhenReasoning?: readonly string[];
  readonly mutuallyExclusive?: readonly (readonly string[])[];
  readonly ranges?: { readonly [name: string]: readonly [number, number] };
}

export interface EmbeddingRow {
  readonly dimensions?: number;
  readonly dimensionsParam?: boolean;
  readonly dimensionsEnum?: readonly number[];
  readonly maxBatch?: number;
  readonly maxInputTokens?: number;
}

/** Facts about pictures, speech and films: a flat object of lists, ranges and flags. */
export interface MediaRow {
  readonly [name: string]: unknown;
}

export interface ModeRow {
  readonly body?: { readonly [key: string]: unknown };
  readonly headers?: { readonly [name: string]: string };
  readonly pricing?: PriceRow;
}

/** The rows of a JSON-lines text by provider, in order. */
export function readRows(text: string): Map<string, Row[]> {
  const rows = new Map<string, Row[]>();
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    const row = JSON.parse(line) as Row;
    const own = rows.get(row.provider);
    if (own === undefined) rows.set(row.provider, [row]);
    else own.push(row);
  }
  return rows;
}
