/** What a task uses by the meters of its price: as it is ordered, and as it came. */
import type { TaskKind, TaskRequests, TaskResults } from "../protocols/task.js";

/** Quantities by the catalog's meter names. */
export type Meters = { readonly [meter: string]: number };

/** What a call of another kind than chat orders, as far as it is known before it is sent. */
export interface TaskOrder {
  readonly meters: Meters;
  /** Prices by the piece may depend on them. */
  readonly params: { readonly [name: string]: unknown };
  /** What is read, where reading is priced. */
  readonly text: string;
  /** Pictures and recordings that are read. */
  readonly media: number;
}

/** `n` and `duration` are what the request says; without them one piece, and films of unknown length. */
export function orderOf(
  kind: TaskKind,
  { request, params }: { readonly request: TaskRequests[TaskKind]; readonly params: TaskOrder["params"] },
): TaskOrder {
  const pieces = typeof params.n === "number" ? params.n : 1;
  const words = Object.values(request).filter((part) => typeof part === "string" || Array.isArray(part));
  const images = "images" in request ? request.images.length : 0;
  return {
    meters:
      kind === "image"
        ? { image: pieces, request: 1 }
        : kind === "video"
          ? ofFilms(params, pieces)
          : ofRequest(request),
    params,
    text: images > 0 ? "" : JSON.stringify(words),
    media: images + ("audio" in request ? 1 : 0),
  };
}

/** What request and result themselves tell of the quantities that are priced. */
export function metersOf(
  { request, params }: { readonly request?: TaskRequests[TaskKind]; readonly params: TaskOrder["params"] },
  result: TaskResults[TaskKind],
): Meters {
  if ("images" in result) return { image: result.images.length, request: 1 };
  if ("videos" in result) return ofFilms(params, result.videos.length);
  return ofRequest(request);
}

function ofFilms({ duration }: TaskOrder["params"], films: number): Meters {
  const seconds = Number(duration ?? Number.NaN);
  return Number.isFinite(seconds) ? { "second.output": seconds * films, request: 1 } : { request: 1 };
}

function ofRequest(request: TaskRequests[TaskKind] | undefined): Meters {
  if (request !== undefined && "input" in request && typeof request.input === "string")
    return { "character.input": [...request.input].length, request: 1 };
  return request !== undefined && "query" in request ? { query: 1, request: 1 } : { request: 1 };
}
