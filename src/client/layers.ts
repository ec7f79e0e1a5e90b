/** The order of the layers around each request. The only place that states it. */
import type { Policy } from "./handler.js";
import type { ClientOptions } from "./options.js";
import { retry } from "./retry.js";

/**
 * From the outside in: `hooks` (the run itself calls them) · `middleware`, in the order given: what watches or answers
 * in the place of a provider, such as audit, telemetry and budget · and then, for chat and embeddings alike:
 *
 * - `rateLimit`: waits for its turn before it takes a place, so that who waits holds up nobody;
 * - `concurrency`: a place is held from here to the end of the answer, waits between tries included;
 * - `circuitBreaker`: refuses without holding up; a call that was retried in vain is one failure to it;
 * - `retry`: inside, so that no other layer can multiply it;
 * - the key pool: each try may go with another key;
 * - send.
 */
export function policiesOf({
  rateLimit,
  concurrency,
  circuitBreaker,
  retry: again,
  apiKey,
}: ClientOptions): readonly Policy[] {
  const layers = [
    rateLimit,
    concurrency,
    circuitBreaker,
    again === false ? undefined : retry(again),
    typeof apiKey === "object" ? apiKey.policy : undefined,
  ];
  return layers.filter((layer) => layer !== undefined);
}
