/** `modelwright schema`: prints the JSON Schema of catalog files, for editors and other checkers. */
import { providerJsonSchema } from "../catalog/json-schema.js";
import type { Command } from "./command.js";

export const schema: Command = {
  maxNames: 0,
  options: {},
  async run(_args, terminal) {
    terminal.print(providerJsonSchema().trimEnd());
    return 0;
  },
};
