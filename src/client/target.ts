/** What a call is made to: a model, with the client that reaches it. */
import type { ModelFacts, ProviderFacts } from "../catalog/facts.js";
import type { Soon } from "../feature.js";
import type { ModelChoice } from "../model/reply.js";
import type { Room } from "../protocols/call.js";
import type { Protocol, ProtocolDoor } from "../protocols/protocol.js";
import type { ClientOptions } from "./client-options.js";
import type { Connection } from "./connection.js";
import type { EmbeddedBatch, EmbeddingBatch } from "./embed-batch.js";
import type { Handler } from "./handler.js";
import type { Hooks } from "./hooks.js";
import type { TaskReceived, TaskRequest } from "./task-send.js";

/** A configured client. Everything with a secret stays inside closures. */
export interface Client {
  readonly options: Pick<ClientOptions, "onAdjustment" | "outOfRange">;
  readonly now: () => number;
  /** The chat handler with all its layers. */
  readonly handler: Handler;
  /** The same layers around batches of texts to embed, without those that only know chat. */
  readonly embedHandler: Handler<EmbeddingBatch, EmbeddedBatch>;
  /** The same around requests to models of other kinds. */
  readonly taskHandler: Handler<TaskRequest, TaskReceived>;
  /** Resolved at the first call. */
  connection(): Connection;
  /** Replaced, never changed, when hooks are added: a running call keeps those it began with. */
  hooks(): readonly Hooks[];
}

/** A client before its first call, which loads what stands behind it. */
export interface LazyClient extends Pick<Client, "hooks"> {
  load(): Soon<Client>;
}

/** What a handle stands for: a model, and whatever reaches it once that is loaded. */
export interface HandleTarget extends Omit<ModelTarget, "client"> {
  readonly client: LazyClient;
}

/** A model with the client that reaches it, before anything of its protocol is loaded. */
export interface ModelTarget {
  readonly provider: ProviderFacts;
  /** Catalog id, or the id asked for when the catalog has none. */
  readonly modelId: string;
  readonly model: ModelFacts;
  readonly protocol: Room;
  /** Of requests with built-in tools, where it is another. */
  readonly toolProtocol?: Room | undefined;
  readonly client: Client;
  /** Id of the registry's generation that the facts belong to. */
  readonly generation?: string | undefined;
  /** Absent: the program named the model. */
  readonly chosenBy?: ModelChoice | undefined;
}

/** With its protocol's room at hand. */
export interface Target extends ModelTarget {
  readonly protocol: Protocol;
}

/** With client and protocol at hand. */
export async function loaded(target: HandleTarget): Promise<Target> {
  const [client, protocol] = await Promise.all([target.client.load(), roomOf(target.protocol, "whole")]);
  return { ...target, client, protocol };
}

/** The room behind its door, or the part of it that is enough. */
export function roomOf(room: Room, part: "text" | "whole"): Soon<Protocol> {
  // There are no rooms of any other make: whoever writes one by hand has it checked by `defineProvider`.
  const protocol = room as Protocol | ProtocolDoor;
  return "whole" in protocol ? protocol[part]() : protocol;
}
