/** Providers that take signatures: which credentials sign, what is signed, and what a client without a cloud says. */
import { describe, expect, it } from "vitest";
import type { ClientOptions } from "../../src/client/client-options.js";
import { defineProvider, type ProviderLiteral } from "../../src/client/define-provider.js";
import type { ChatHandle } from "../../src/client/handle.js";
import { bedrockConverse } from "../../src/protocols/bedrock-converse/index.js";
import { aws, type Cloud } from "../../src/transport/cloud.js";
import { encodeEventStreamFrame } from "../../src/transport/event-stream.js";
import type { TransportRequest } from "../../src/transport/transport.js";
import { startServer } from "../transport/server.js";

const facts: ProviderLiteral = {
  id: "cloud",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a template of the catalog, not of the language
  baseURL: "https://runtime.${region}.cloud.test",
  vars: { region: { env: ["AWS_REGION"] } },
  auth: [
    { type: "bearer", env: ["AWS_BEARER_TOKEN_BEDROCK"] },
    {
      type: "aws-sigv4",
      service: "bedrock",
      region: "region",
      env: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"],
    },
  ],
  models: { "maker.m-v1:0": {} },
};
const pair = { AWS_ACCESS_KEY_ID: "AKIDENV", AWS_SECRET_ACCESS_KEY: "secret-of-environment" };
const env = { AWS_REGION: "eu-west-1", ...pair };
const given = { accessKeyId: "AKIDGIVEN", secretAccessKey: "secret-given", sessionToken: "token-given" };
const at = Date.UTC(2026, 0, 2, 3, 4, 5);

function model(options: ClientOptions, rest: { facts?: Partial<ProviderLiteral>; cloud?: Cloud | undefined } = {}) {
  const cloud = "cloud" in rest ? rest.cloud : aws;
  const definition = { protocols: [bedrockConverse], facts: { ...facts, ...rest.facts }, cloud } as const;
  return defineProvider(definition, { now: () => at, retry: false, ...options })("maker.m-v1:0") as ChatHandle;
}

/** What one call sends, and how it fails: nobody answers. */
async function sent(options: ClientOptions, rest: Parameters<typeof model>[1] = {}, call: object = {}) {
  const requests: TransportRequest[] = [];
  const transport = async (request: TransportRequest): Promise<never> => {
    requests.push(request);
    throw new Error("unreachable");
  };
  const error = await model({ transport, ...options }, rest)
    .chat({ messages: "Hi", ...call })
    .catch((failure: unknown) => failure);
  return { request: requests[0], authorization: requests[0]?.headers.authorization, error };
}

describe("the credentials", () => {
  it.each<[string, ClientOptions, RegExp]>([
    ["a key of the client goes before all", { apiKey: "k-1", credentials: given, env }, /^Bearer k-1$/],
    ["those of the client before the environment", { credentials: given, env }, /Credential=AKIDGIVEN\//],
    ["those that a function gives", { credentials: async () => given, env }, /Credential=AKIDGIVEN\//],
    [
      "a key of the environment before its credentials",
      { env: { ...env, AWS_BEARER_TOKEN_BEDROCK: "b" } },
      /^Bearer b$/,
    ],
    ["those of the environment", { env }, /Credential=AKIDENV\/20260102\/eu-west-1\/bedrock\/aws4_request/],
  ])("are chosen in order: %s", async (_name, options, expected) => {
    expect((await sent(options)).authorization).toMatch(expected);
  });

  it("of the call's key stand back", async () => {
    expect((await sent({ credentials: given, env }, {}, { apiKey: "call" })).authorization).toBe("Bearer call");
  });

  it("send their session token with the signature", async () => {
    const { request } = await sent({ credentials: given, env });
    expect(request?.headers["x-amz-security-token"]).toBe("token-given");
    expect(request?.headers.authorization).toContain("SignedHeaders=host;x-amz-date;x-amz-security-token");
    expect((await sent({ env })).request?.headers["x-amz-security-token"]).toBeUndefined();
  });

  it("give way to an authorization header of the caller's own", async () => {
    const { request } = await sent({ env, headers: { Authorization: "Custom 1" } });
    expect(request?.headers).not.toHaveProperty("x-amz-date");
    expect(request?.headers.authorization).toBe("Custom 1");
  });

  it.each<[string, ClientOptions, string]>([
    ["are missing", { env: { AWS_REGION: "r" } }, "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"],
    ["are only half there", { env: { AWS_REGION: "r", AWS_ACCESS_KEY_ID: "a" } }, "pass apiKey or credentials"],
    ["are given without a secret", { credentials: { ...given, secretAccessKey: "" }, env }, "no secretAccessKey"],
  ])("that %s are an error before HTTP", async (_name, options, words) => {
    const { request, error } = await sent(options);
    expect(request).toBeUndefined();
    expect(error).toMatchObject({ code: "authentication", message: expect.stringContaining(words) });
  });

  it("that a function fails to give are an error without its words", async () => {
    const credentials = () => Promise.reject(new Error("secret-in-words"));
    const { error } = await sent({ credentials, env });
    expect(error).toMatchObject({ code: "authentication", message: "cloud: the credentials function failed" });
  });

  it("and keys do not stand for each other", async () => {
    const [keyed, signing] = facts.auth ?? [];
    const onlySigned = await sent({ apiKey: "k", env }, { facts: { auth: [signing!] } });
    const onlyKeyed = await sent({ credentials: given, env }, { facts: { auth: [keyed!] } });
    expect(onlySigned.error).toMatchObject({ message: expect.stringContaining("takes credentials, not an API key") });
    expect(onlyKeyed.error).toMatchObject({ message: expect.stringContaining("takes an API key, not credentials") });
  });
});

describe("a signed request", () => {
  it("goes to the region, and its signature covers path, body and headers as they are sent", async () => {
    const { request } = await sent({ env, headers: { "X-Team": "blue" } });
    expect(request?.url.href).toBe("https://runtime.eu-west-1.cloud.test/model/maker.m-v1%3A0/converse");
    expect(request?.headers.authorization).toContain("SignedHeaders=host;x-amz-date;x-team");
    const again = {
      method: request!.method,
      url: request!.url,
      headers: { "x-team": "blue" },
      body: String(request!.body),
    };
    const credentials = { accessKeyId: pair.AWS_ACCESS_KEY_ID, secretAccessKey: pair.AWS_SECRET_ACCESS_KEY };
    await aws.sign?.(again, { credentials, service: "bedrock", region: "eu-west-1", at });
    expect(request?.headers.authorization).toBe((again.headers as { authorization?: string }).authorization);
  });

  it("without a region is an error before HTTP", async () => {
    expect((await sent({ env: pair })).error).toMatchObject({ message: expect.stringContaining("'region'") });
    const { error } = await sent({ env: pair, baseURL: "https://proxy.test" });
    expect(error).toMatchObject({
      code: "invalid-configuration",
      message: "cloud: signing needs a value for 'region'",
    });
  });

  it("never shows its secrets in an error that echoes them", async () => {
    const server = await startServer((received, response) => {
      const echo = `${given.secretAccessKey} ${given.sessionToken} ${received.headers.authorization}`;
      response.writeHead(400, { "content-type": "application/json" }).end(JSON.stringify({ message: echo }));
    });
    const options = { baseURL: server.url, vars: { region: "r" }, credentials: given, env: {} };
    const error = await model(options)
      .chat({ messages: "Hi" })
      .catch((failure: unknown) => failure as Error);
    await server.close();
    expect(error).toMatchObject({ code: "provider-rejected" });
    expect(JSON.stringify({ ...error, message: (error as Error).message })).not.toMatch(/secret-given|token-given/);
  });
});

describe("a client without a cloud", () => {
  it("says what is missing for signatures", async () => {
    const { error } = await sent({ env }, { cloud: undefined });
    expect(error).toMatchObject({ code: "invalid-configuration", message: expect.stringContaining("`cloud`") });
  });

  it("says what is missing for the binary framing", async () => {
    const frame = encodeEventStreamFrame({ event: "messageStart", data: "{}" });
    const server = await startServer((_received, response) => {
      response.writeHead(200, { "content-type": "application/vnd.amazon.eventstream" }).end(frame);
    });
    const stream = model({ baseURL: server.url, apiKey: "k", env: {} }, { cloud: undefined }).stream({
      messages: "Hi",
    });
    await expect(stream.reply).rejects.toMatchObject({
      code: "invalid-configuration",
      message: expect.stringContaining("aws-event-stream needs `cloud`"),
    });
    await server.close();
  });
});
