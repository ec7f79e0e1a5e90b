/** What a task uses by the meters of its price: as it is ordered, and as it came. */
import type { TaskKind, TaskRequests, TaskResults } from "../protocols/task.js";
import type { TaskOrder } from "./handler.js";

/** `n` and `duration` are what the request says; without them one piece, and films of unknown length. */
export function orderOf(
  kind: TaskKind,
  { request, params }: { readonly request: TaskRequests[TaskKind]; readonly params: TaskOrder["params"] },
): TaskOrder {
  const pieces = typeof params.n === "number" ? params.n : 1;
  const words = Object.values(request).filter((part) => typeof part === "string" || Array.isArray(part));
  const images = "images" in request ? request.images.length : 0;
  return {
    asked: request,
    meters:
      kind === "image" ? ofPictures(params, pieces) : kind === "video" ? ofFilms(params, pieces) : ofRequest(request),
    params,
    text: images > 0 ? "" : JSON.stringify(words),
    media: images + ("audio" in request ? 1 : 0),
  };
}

/** What request and result themselves tell of the quantities that are priced. */
export function metersOf(
  { request, params }: { readonly request?: TaskRequests[TaskKind]; readonly params: TaskOrder["params"] },
  result: TaskResults[TaskKind],
): TaskOrder["meters"] {
  if ("images" in result) return ofPictures(params, result.images.length);
  if ("videos" in result) return ofFilms(params, result.videos.length);
  return ofRequest(request);
}

/** Megapixels are those that were ordered, unrounded: a million pixels each. */
function ofPictures({ size }: TaskOrder["params"], pictures: number): TaskOrder["meters"] {
  const [, width, height] = /^(\d{1,6})[x*](\d{1,6})$/.exec(String(size)) ?? [];
  const counted = { image: pictures, request: 1 };
  return width === undefined ? counted : { ...counted, megapixel: (Number(width) * Number(height) * pictures) / 1e6 };
}

function ofFilms({ duration }: TaskOrder["params"], films: number): TaskOrder["meters"] {
  const seconds = Number(duration ?? Number.NaN);
  const counted = { video: films, request: 1 };
  return Number.isFinite(seconds) ? { ...counted, "second.output": seconds * films } : counted;
}

function ofRequest(request: TaskRequests[TaskKind] | undefined): TaskOrder["meters"] {
  if (request !== undefined && "input" in request && typeof request.input === "string")
    return { "character.input": [...request.input].length, request: 1 };
  return request !== undefined && "query" in request ? { query: 1, request: 1 } : { request: 1 };
}
