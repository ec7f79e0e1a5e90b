/** Counts what the provider's own tools did that is sold by the piece. https://platform.openai.com/docs/pricing */
import type { Meters } from "../../chat/usage.js";
import { builtinTools } from "../builtin-tools.js";
import { objectOf, textOf } from "../lenient.js";
import type { ChatCall } from "../protocol.js";
import type { WireObject } from "./wire.js";

export class ToolUse {
  private readonly used: { [meter: string]: number } = {};
  /** Searches of the older tool have a price of their own. */
  private readonly search: "webSearch" | "webSearchPreview";
  /** The caller's own container was paid for when it was made. */
  private readonly ownContainer: boolean;
  private readonly containers = new Set<string>();

  constructor(call: ChatCall) {
    const tools = builtinTools(call);
    const types = tools.map(({ type }) => type);
    const older = types.includes("web_search_preview") && !types.includes("web_search");
    this.search = older ? "webSearchPreview" : "webSearch";
    this.ownContainer = tools.some(({ options }) => typeof options.container === "string");
  }

  get meters(): Meters {
    return this.used;
  }

  /** One finished item. Pages that a search opens, MCP servers and computers cost tokens only. */
  count(type: string, wire: WireObject): void {
    if (type === "web_search_call") this.countSearch(wire);
    else if (type === "file_search_call") this.add("fileSearch");
    else if (type === "image_generation_call") this.add("imageGeneration");
    else if (type === "code_interpreter_call") this.countCode(wire);
  }

  private countSearch({ action }: WireObject): void {
    const did = textOf(objectOf(action)?.type);
    if (did === undefined || did === "search") this.add(this.search);
  }

  /** One session for each container; xAI has none and counts runs. */
  private countCode({ container_id }: WireObject): void {
    const id = textOf(container_id);
    if (id === undefined) this.add("codeExecution");
    else if (!this.ownContainer && !this.containers.has(id)) {
      this.containers.add(id);
      this.add("codeInterpreterSession");
    }
  }

  private add(meter: string): void {
    this.used[meter] = (this.used[meter] ?? 0) + 1;
  }
}
