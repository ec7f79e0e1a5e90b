/** Fetches a film that the provider keeps at its own address, with the key. Only when asked to. */
import type { VideoPart } from "../chat/message.js";
import { CapabilityError } from "../errors.js";
import type { Target } from "./target.js";
import { ask } from "./task-call.js";
import { hooksOf, telling } from "./task-hooks.js";
import type { TaskOptions } from "./task-options.js";
import { readWhole } from "./task-send.js";

export async function download(target: Target, { video }: VideoPart, options: TaskOptions = {}): Promise<Uint8Array> {
  const { provider, modelId } = target;
  const address = String(video);
  const own = `${provider.baseURL}/`;
  // The key goes nowhere else; what lies elsewhere needs none.
  if (!address.startsWith(own))
    throw new CapabilityError("unsupported", "this film does not lie at the provider's own address: it needs no key", {
      provider: provider.id,
      model: modelId,
    });
  const hooks = hooksOf(target, options);
  const { value } = await telling(hooks, () =>
    ask(
      { target, options, attempts: [], hooks },
      () => ({ method: "GET", path: address.slice(own.length - 1), headers: {}, body: undefined }),
      async (exchanged) => ({ value: await readWhole(exchanged, ({ bytes }) => bytes) }),
    ),
  );
  return value;
}
