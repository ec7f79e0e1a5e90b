/** Tools that the provider offers itself, such as web search: read off a request, for every room that has them. */
import { CapabilityError } from "../errors.js";
import type { ChatCall } from "./protocol.js";

/** A built-in tool by its catalog name, with the provider's own options. `version`: the exact word of the wire for it. */
export interface BuiltinTool {
  readonly type: string;
  readonly version?: string | undefined;
  readonly options: { readonly [name: string]: unknown };
}

export function builtinTools({ request }: Pick<ChatCall, "request">): readonly BuiltinTool[] {
  const { builtinTools: list } = request.params;
  if (!Array.isArray(list)) return [];
  return (list as readonly { readonly [name: string]: unknown }[]).map(({ type, version, ...options }) => ({
    type: String(type),
    version: typeof version === "string" ? version : undefined,
    options,
  }));
}

/** The parameters without them, for rooms that place them elsewhere. */
export function withoutBuiltinTools<P extends ChatCall["request"]["params"]>(params: P): Omit<P, "builtinTools"> {
  if (params.builtinTools === undefined) return params;
  const { builtinTools: _placed, ...rest } = params;
  return rest;
}

/** For wires that have no place for them. Throws `CapabilityError` ("unsupported"). */
export function refuseBuiltinTools(call: ChatCall): void {
  const [tool] = builtinTools(call);
  if (tool !== undefined)
    throw new CapabilityError("unsupported", `${call.modelId} does not offer the built-in tool ${tool.type}`, {
      provider: call.provider.id,
      model: call.modelId,
      path: "builtinTools",
    });
}
