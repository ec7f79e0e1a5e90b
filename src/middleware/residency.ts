/** `residency`: refuses calls that would be processed elsewhere than in the allowed regions. */
import { liesIn } from "../chat/cost-prices.js";
import type { Policy } from "../client/handler.js";
import { ModelwrightError, PolicyError } from "../errors.js";

/** Where requests may be processed. */
export interface ResidencyOptions {
  /** Regions by their providers' names, with all that lies in them: `eu` is `eu-west-1`, too; Google's are `europe`. */
  readonly allow: readonly string[];
}

/**
 * Fails calls with "region-blocked" before anything is sent, also those whose region nobody states: the client's
 * `region` says it for a base URL of one's own. A route goes on to its next member. It knows what catalog and client
 * state, and cannot know what a provider does with its data.
 */
export function residency({ allow }: ResidencyOptions): Policy {
  if (allow.length === 0) throw new ModelwrightError("invalid-configuration", "residency: allow must name a region");
  return (next) => (call) => {
    const region = call.connection.region(call.model);
    if (region !== undefined && allow.some((area) => liesIn(region, area))) return next(call);
    const place = `${call.provider.id}/${call.modelId}`;
    const where = region === undefined ? "its region is not stated" : `it is processed in ${region}`;
    const why = `${where}, and only ${allow.join(", ")} is allowed`;
    return Promise.reject(
      new PolicyError("region-blocked", `${place}: region-blocked: ${why}`, {
        provider: call.provider.id,
        model: call.modelId,
      }),
    );
  };
}
