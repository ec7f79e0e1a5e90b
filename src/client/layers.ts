/** The order of the layers around each request. The only place that states it. */

import type { ClientOptions, ClientTelemetry } from "./client-options.js";
import type { Policy } from "./handler.js";
import { retry } from "./retry.js";

/**
 * From the outside in: `hooks` (the run itself calls them, for every kind of model) · `middleware`, in the order given:
 * what watches or answers in the place of a provider, for chat only, because it answers in chat events · and then, for
 * every kind of model alike, around each request, be it a batch of texts to embed, a job or a question about one:
 *
 * - `telemetry` of calls: first, so that it sees what callers see;
 * - `audit`: outside the others, so that what they refuse is written down, too;
 * - `residency`: refuses before anything is held or counted;
 * - `budget`: holds money for the whole call, its waits and retries included;
 * - `concurrency`: a place is held from here to the end of the answer, all waits included, so that the number of calls
 *   that wait anywhere is bounded;
 * - `circuitBreaker`: refuses without holding up; a call that was retried in vain is one failure to it;
 * - `retry`: inside, so that neither of these can multiply it;
 * - the key pool: each try may go with another key;
 * - `rateLimit`: next to the wire, so that it counts each request, for the key that it goes with;
 * - `telemetry` of requests: what really goes out;
 * - send.
 */
export function policiesOf({
  audit,
  residency,
  budget,
  concurrency,
  circuitBreaker,
  retry: again,
  apiKey,
  rateLimit,
  telemetry = [],
}: ClientOptions): readonly Policy[] {
  const watching = [telemetry].flat() as readonly ClientTelemetry[];
  const layers = [
    ...watching.map(({ call }) => call),
    audit,
    residency,
    budget,
    concurrency,
    circuitBreaker,
    again === false ? undefined : retry(again),
    typeof apiKey === "object" ? apiKey.policy : undefined,
    rateLimit,
    ...watching.map(({ attempt }) => attempt),
  ];
  return layers.filter((layer) => layer !== undefined);
}
