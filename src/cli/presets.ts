/** `modelwright presets`: what the sets of policies set. */
import { presets as all } from "../presets.js";
import { type Command, columns } from "./command.js";

export const presets: Command = {
  maxNames: 0,
  options: { json: { type: "boolean", help: "print JSON" } },
  async run(args, terminal) {
    if (args.has("json")) terminal.print(JSON.stringify(all, null, 2));
    else
      for (const [name, settings] of Object.entries(all)) {
        terminal.print(`...${name}()`);
        for (const line of columns(Object.entries(settings).map(([policy, set]) => [policy, worded(set)])))
          terminal.print(line);
      }
    return 0;
  },
};

function worded(settings: object | false): string {
  if (settings === false) return "off";
  return (
    Object.entries(settings)
      .map(([name, value]) => `${name} ${value}`)
      .join(", ") || "as the provider states"
  );
}
