/** The structured output that a client asked for, in the way that the model behind the gateway has. */
import { forcedTool, structuredOutputPath } from "../catalog/capabilities.js";
import type { ModelFacts } from "../catalog/facts.js";
import type { NeutralOutput, OutputPath } from "../chat/request.js";
import { strictSchema } from "../chat/strict-schema.js";
import { type PassedOutput, passedOutput } from "../client/passed-output.js";

/** JSON mode is kept where the model has one; for a schema the catalog chooses the way. */
export function clientOutput({ name, description, schema, path: wanted, strict }: NeutralOutput): PassedOutput {
  return passedOutput((model, about) => {
    const path = pathOf(wanted, model, about);
    // Arguments of a tool are always an object.
    if (path === undefined || (path === "tool" && schema.type !== "object")) return undefined;
    const enforced = strict === true && path === "schema" && model.features.structuredOutput === "strict";
    return {
      name,
      description,
      schema: (enforced ? strictSchema(schema) : undefined) ?? schema,
      path,
      strict: enforced ? true : undefined,
    };
  });
}

function pathOf(
  wanted: OutputPath,
  model: ModelFacts,
  { assume, hasTools }: { readonly assume: "strict" | "permissive"; readonly hasTools: boolean },
): OutputPath | undefined {
  const { structuredOutput, structuredOutputWithTools } = model.features;
  if (wanted === "json" && structuredOutput !== undefined && structuredOutput !== "none") return "json";
  const path = structuredOutputPath(model, assume);
  const apart = hasTools && structuredOutputWithTools === false;
  return apart && path !== undefined && forcedTool(model, assume) !== undefined ? "tool" : path;
}
