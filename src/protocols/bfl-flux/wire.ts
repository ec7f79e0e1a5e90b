/** The switches in force for a call. */
import type { BflDialect } from "../../catalog/dialects/jobs.js";
import type { JobCall } from "../task.js";

/** A model's own over its provider's. */
export function dialectOf({ provider, model }: Pick<JobCall<"image">, "provider" | "model">): BflDialect {
  return { ...provider.dialect?.["bfl-flux"], ...model.dialect?.["bfl-flux"] };
}
