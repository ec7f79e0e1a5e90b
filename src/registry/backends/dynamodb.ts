/** A configuration store in a DynamoDB table: condition expressions guard writes, polling sees changes. */
import { randomUUID } from "node:crypto";
import { ModelwrightError } from "../../errors.js";
import { type ConfigBackend, type ConfigEntry, checkEntry, conflict } from "../backend.js";
import { type AwsAccess, AwsStore } from "./aws-store.js";
import { storeJson, unexpected } from "./http-store.js";
import { type PollingOptions, pollRevision, readStill, revisionOf } from "./polling.js";

/** Where the table is, and what opens it. */
export interface DynamoOptions extends AwsAccess, PollingOptions {
  /** Default `modelwright_config`. Query, GetItem and PutItem are asked for. */
  readonly table?: string;
  /** The partition that holds this registry's entries. Default `modelwright`. */
  readonly folder?: string;
}

interface Attribute {
  readonly S?: string;
}
type Item = { readonly [name: string]: Attribute | undefined };

interface Answer {
  readonly Item?: Item;
  readonly Items?: readonly Item[];
  readonly LastEvaluatedKey?: Item;
  readonly __type?: string;
}

/** An item has at most 400 KB, names and keys included. */
const itemBytes = 400 * 1024 - 2048;

const refusals = /(AccessDenied|UnrecognizedClient|InvalidSignature|ExpiredToken|MissingAuthenticationToken)/;
const overloads = /(Throttling|ThroughputExceeded|RequestLimitExceeded|InternalServer|LimitExceeded)/;

/** What `CreateTable` takes for the table of `dynamodbBackend`; billed by request. */
export function dynamodbTable(table = "modelwright_config"): object {
  return {
    TableName: table,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: ["folder", "key"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
    KeySchema: [
      { AttributeName: "folder", KeyType: "HASH" },
      { AttributeName: "key", KeyType: "RANGE" },
    ],
  };
}

/**
 * One instance's connection. A value has at most 398 KiB here. Needs the package `aws4fetch`. Facts: Amazon DynamoDB API
 * Reference, "Query", "PutItem"; Developer Guide, "Condition expressions" and "Quotas".
 */
export function dynamodbBackend(options: DynamoOptions): ConfigBackend {
  const { table = "modelwright_config", folder = "modelwright", region } = options;
  const address = options.address ?? `https://dynamodb.${region}.amazonaws.com`;
  const store = new AwsStore("dynamodb", "dynamodb", { ...options, address });

  const call = async (action: string, input: object, signal?: AbortSignal): Promise<Answer> => {
    const { status, text } = await store.ask({
      method: "POST",
      path: "/",
      headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": `DynamoDB_20120810.${action}` },
      body: JSON.stringify({ TableName: table, ...input }),
      signal,
    });
    if (status === 200) return storeJson(store, text) as Answer;
    if (status >= 500) throw unexpected(store, status);
    const type = String((storeJson(store, text) as Answer | null)?.__type).replace(/^.*#/, "");
    if (type === "ConditionalCheckFailedException") return { __type: type };
    throw failure(type, status);
  };
  const failure = (type: string, status: number): ModelwrightError => {
    if (refusals.test(type)) return new ModelwrightError("permission", "dynamodb: the store refused the credentials");
    if (overloads.test(type)) return new ModelwrightError("network", "dynamodb: the store is overloaded");
    if (type === "ResourceNotFoundException")
      return new ModelwrightError(
        "invalid-configuration",
        "dynamodb: the table is missing; create it with dynamodbTable()",
      );
    return unexpected(store, status);
  };
  // `key` and `value` are reserved words of DynamoDB's expressions.
  const names = { "#value": "value" };

  /** The new version; undefined when the condition does not hold. A deleted entry stays without a value. */
  const write = async (
    key: string,
    value: string | undefined,
    { expected, onlyLive }: { readonly expected?: string | null | undefined; readonly onlyLive?: boolean },
    signal?: AbortSignal,
  ): Promise<string | undefined> => {
    const version = randomUUID();
    const texts = { folder, key, version, ...(value === undefined ? {} : { value }) };
    const conditions =
      typeof expected === "string"
        ? {
            ConditionExpression: "#version = :expected AND attribute_exists(#value)",
            ExpressionAttributeNames: { ...names, "#version": "version" },
            ExpressionAttributeValues: { ":expected": { S: expected } },
          }
        : expected === null
          ? { ConditionExpression: "attribute_not_exists(#value)", ExpressionAttributeNames: names }
          : onlyLive === true
            ? { ConditionExpression: "attribute_exists(#value)", ExpressionAttributeNames: names }
            : {};
    const Item = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, { S: text }]));
    const answer = await call("PutItem", { Item, ...conditions }, signal);
    return answer.__type === undefined ? version : undefined;
  };

  const readAll = async (prefix: string, signal?: AbortSignal) => {
    const items: Item[] = [];
    let from: Item | undefined;
    let pages = 0;
    do {
      const answer: Answer = await call(
        "Query",
        {
          ConsistentRead: true,
          KeyConditionExpression: `#folder = :folder${prefix === "" ? "" : " AND begins_with(#key, :prefix)"}`,
          ExpressionAttributeNames: { "#folder": "folder", ...(prefix === "" ? {} : { "#key": "key" }) },
          ExpressionAttributeValues: {
            ":folder": { S: folder },
            ...(prefix === "" ? {} : { ":prefix": { S: prefix } }),
          },
          ...(from === undefined ? {} : { ExclusiveStartKey: from }),
        },
        signal,
      );
      items.push(...(answer.Items ?? []));
      from = answer.LastEvaluatedKey;
      pages += 1;
    } while (from !== undefined);
    const versions = new Map(items.map(({ key, version }) => [key?.S ?? "", version?.S ?? ""]));
    return { items, revision: revisionOf(versions), inPieces: pages > 1 };
  };

  return {
    name: "dynamodb",
    async list(prefix, signal) {
      const read = () => readAll(prefix, signal);
      const { items, revision } = await readStill(
        "dynamodb",
        read,
        async (seen) => !seen.inPieces || (await read()).revision === seen.revision,
      );
      const entries = items.flatMap((item) => entryOf(item) ?? []);
      return { entries: new Map(entries.map((entry) => [entry.key, entry])), revision };
    },
    async get(key, signal) {
      const Key = { folder: { S: folder }, key: { S: key } };
      return entryOf((await call("GetItem", { Key, ConsistentRead: true }, signal)).Item);
    },
    async put(key, value, { expected, signal } = {}) {
      checkEntry(key, value);
      if (Buffer.byteLength(value) + Buffer.byteLength(key) > itemBytes)
        throw new ModelwrightError("invalid-configuration", "config entry: DynamoDB takes values of at most 398 KiB");
      const version = await write(key, value, { expected }, signal);
      if (version === undefined) throw conflict("dynamodb", key);
      return { key, value, version };
    },
    async delete(key, { expected, signal } = {}) {
      if (expected === null) {
        if ((await this.get(key, signal)) !== undefined) throw conflict("dynamodb", key);
        return false;
      }
      const version = await write(key, undefined, { expected, onlyLive: true }, signal);
      if (version === undefined && expected !== undefined) throw conflict("dynamodb", key);
      return version !== undefined;
    },
    watch(prefix, revision, signal) {
      const ended = AbortSignal.any([signal, store.closing]);
      return pollRevision("dynamodb", options, revision, ended, async () => (await readAll(prefix, ended)).revision);
    },
    close() {
      store.close();
      return Promise.resolve();
    },
  };
}

function entryOf(item: Item | undefined): ConfigEntry | undefined {
  const [key, value, version] = [item?.key?.S, item?.value?.S, item?.version?.S];
  return key === undefined || value === undefined || version === undefined ? undefined : { key, value, version };
}
