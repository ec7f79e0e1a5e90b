/** What leaves for providers whose address, key or body departs from their protocol: golden requests, by the shipped catalog. */
import { describe, expect, test } from "vitest";
import { amazonBedrock } from "../../generated/amazon-bedrock.js";
import { azureOpenai } from "../../generated/azure-openai.js";
import { baiduQianfan } from "../../generated/baidu-qianfan.js";
import { baseten } from "../../generated/baseten.js";
import { cerebras } from "../../generated/cerebras.js";
import { cloudflareAiGateway } from "../../generated/cloudflare-ai-gateway.js";
import { cloudflareWorkersAi } from "../../generated/cloudflare-workers-ai.js";
import { googleVertex } from "../../generated/google-vertex.js";
import { googleVertexAnthropic } from "../../generated/google-vertex-anthropic.js";
import { googleVertexExpress } from "../../generated/google-vertex-express.js";
import { litellm } from "../../generated/litellm.js";
import { nvidia } from "../../generated/nvidia.js";
import { sensenova } from "../../generated/sensenova.js";
import { tencentHunyuan } from "../../generated/tencent-hunyuan.js";
import { volcengine } from "../../generated/volcengine.js";
import { zhipuai } from "../../generated/zhipuai.js";
import type { ClientOptions } from "../../src/client/client-options.js";
import type { AnyProvider } from "../../src/client/define-provider.js";
import type { ChatHandle } from "../../src/client/handle.js";
import type { ChatOptions } from "../../src/client/options.js";

interface Sent {
  readonly url: string;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: bodies of many wires
  readonly body: any;
}

/** The request that a streamed call sends. Nobody answers it. */
async function sent(
  provider: { readonly facts: unknown },
  model: string,
  { options = {}, call = {} }: { options?: ClientOptions; call?: Partial<ChatOptions> } = {},
): Promise<Sent> {
  let request: Request | undefined;
  const client = (provider as unknown as AnyProvider).create({
    env: {},
    apiKey: "key",
    retry: false,
    fetch: async (input, init) => {
      request = new Request(input, init);
      return new Response("{}", { status: 500 });
    },
    ...options,
  });
  const stream = (client.model(model) as ChatHandle).stream({ messages: "Hi", ...call });
  const failure = await stream.reply.catch((error: unknown) => error);
  if (request === undefined) throw failure;
  return { url: request.url, headers: request.headers, body: await request.json() };
}

describe("Azure OpenAI", () => {
  test("is reached by resource, with its own key header, and takes a deployment's name as the model", async () => {
    const { url, headers, body } = await sent(azureOpenai, "my-deployment", {
      options: { vars: { resource: "acme" } },
    });
    expect(url).toBe("https://acme.openai.azure.com/openai/v1/chat/completions");
    expect([headers.get("api-key"), headers.get("authorization")]).toEqual(["key", null]);
    expect(body.model).toBe("my-deployment");
  });

  test("takes the environment's endpoint, API version and Entra token", async () => {
    const env = {
      AZURE_OPENAI_ENDPOINT: "https://acme.cognitiveservices.azure.com/",
      AZURE_API_VERSION: "preview",
      AZURE_OPENAI_AD_TOKEN: "token",
    };
    const { url, headers } = await sent(azureOpenai, "gpt-4.1", { options: { env, apiKey: undefined } });
    expect(url).toBe("https://acme.cognitiveservices.azure.com/openai/v1/chat/completions?api-version=preview");
    expect(headers.get("authorization")).toBe("Bearer token");
  });

  test("speaks the dated form: the deployment in the base URL, the API version in the query", async () => {
    const { url, headers, body } = await sent(azureOpenai, "gpt-4.1", {
      options: {
        baseURL: "https://acme.openai.azure.com/openai/deployments/my-prod",
        vars: { apiVersion: "2024-10-21" },
      },
    });
    expect(url).toBe(
      "https://acme.openai.azure.com/openai/deployments/my-prod/chat/completions?api-version=2024-10-21",
    );
    expect(headers.get("api-key")).toBe("key");
    // Azure takes the deployment of the path; the facts of the call are those of the model that was named.
    expect(body.model).toBe("gpt-4.1");
  });

  test("never lets a resource's name move the origin", async () => {
    await expect(sent(azureOpenai, "gpt-4.1", { options: { vars: { resource: "evil.example/" } } })).rejects.toThrow(
      "the value of 'resource' cannot stand in a URL",
    );
  });

  test("sends Claude to its Foundry endpoint", async () => {
    const { url } = await sent(azureOpenai, "claude-sonnet-4-6", { options: { vars: { resource: "acme" } } });
    expect(url).toBe("https://acme.services.ai.azure.com/anthropic/v1/messages");
  });
});

describe("Google Vertex AI", () => {
  const vars = { project: "acme", location: "europe-west4" };

  test("has a host per region and one for the global location, and takes a token", async () => {
    const { url, headers } = await sent(googleVertex, "gemini-2.5-pro", { options: { vars } });
    expect(url).toBe(
      "https://europe-west4-aiplatform.googleapis.com/v1/projects/acme/locations/europe-west4/publishers/google/models/gemini-2.5-pro:streamGenerateContent?alt=sse",
    );
    expect(headers.get("authorization")).toBe("Bearer key");
    const global = await sent(googleVertex, "gemini-2.5-pro", { options: { vars: { project: "acme" } } });
    expect(global.url).toMatch(
      /^https:\/\/aiplatform\.googleapis\.com\/v1\/projects\/acme\/locations\/global\/publishers\/google\/models\//,
    );
  });

  test("serves Claude by path, with the version in the body", async () => {
    const { url, headers, body } = await sent(googleVertexAnthropic, "claude-sonnet-4-5@20250929", {
      options: { vars },
    });
    expect(url).toMatch(/publishers\/anthropic\/models\/claude-sonnet-4-5@20250929:streamRawPredict$/);
    expect([body.model, body.anthropic_version]).toEqual([undefined, "vertex-2023-10-16"]);
    expect(headers.get("anthropic-version")).toBeNull();
  });

  test("serves partners' models through OpenAI's wire", async () => {
    const { url } = await sent(googleVertex, "deepseek-ai/deepseek-v3.2-maas", { options: { vars } });
    expect(url).toBe(
      "https://europe-west4-aiplatform.googleapis.com/v1/projects/acme/locations/europe-west4/endpoints/openapi/chat/completions",
    );
  });

  test("takes a key in express mode", async () => {
    const { url, headers } = await sent(googleVertexExpress, "gemini-2.5-pro");
    expect(url).toMatch(/^https:\/\/aiplatform\.googleapis\.com\/v1\/publishers\/google\/models\/gemini-2\.5-pro:/);
    expect(headers.get("x-goog-api-key")).toBe("key");
  });

  test("says where a token comes from when there is no account", async () => {
    const env = { GOOGLE_APPLICATION_CREDENTIALS: "/nowhere/account.json" };
    const call = sent(googleVertex, "gemini-2.5-pro", { options: { vars, env, apiKey: undefined } });
    await expect(call).rejects.toMatchObject({ code: "authentication", message: expect.stringContaining("nowhere") });
  });
});

test("a Bedrock inference profile is named by its ARN", async () => {
  const arn = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123";
  const { url } = await sent(amazonBedrock, arn, { options: { vars: { region: "us-east-1" } } });
  expect(url).toBe(`https://bedrock-runtime.us-east-1.amazonaws.com/model/${encodeURIComponent(arn)}/converse-stream`);
});

test("Cloudflare's addresses hold account and gateway", async () => {
  const vars = { accountId: "acc", gatewayId: "gate" };
  const workers = await sent(cloudflareWorkersAi, "@cf/zai-org/glm-4.7-flash", { options: { vars } });
  expect(workers.url).toBe("https://api.cloudflare.com/client/v4/accounts/acc/ai/v1/chat/completions");
  const gateway = await sent(cloudflareAiGateway, "openai/gpt-5.1", { options: { vars } });
  expect(gateway.url).toBe("https://gateway.ai.cloudflare.com/v1/acc/gate/compat/chat/completions");
  expect(gateway.headers.get("cf-aig-authorization")).toBe("Bearer key");
});

describe("a dialect switch changes the body", () => {
  const weather = { weather: { input: { type: "object" } } };
  const history = [
    { role: "user", content: "Weather?" },
    {
      role: "assistant",
      content: [
        { type: "reasoning", text: "think" },
        { type: "tool-call", id: "a", name: "weather", input: {} },
      ],
    },
    { role: "tool", toolCallId: "a", toolName: "weather", content: "21" },
  ] as const;

  test.each([
    [
      "emptyTools",
      litellm,
      "any",
      { vars: { baseURL: "https://proxy.example" } },
      { messages: history },
      { tools: [] },
    ],
    ["maxTokensField", sensenova, "sensenova-6.7-flash-lite", {}, { maxOutputTokens: 9 }, { max_new_tokens: 9 }],
    [
      "reasoningEcho",
      cerebras,
      "gpt-oss-120b",
      {},
      { messages: history, tools: weather },
      { messages: [{}, { reasoning: "think" }, {}] },
    ],
    [
      "reasoningEcho",
      tencentHunyuan,
      "hy3-preview",
      {},
      { messages: history, tools: weather },
      { messages: [{}, { reasoning_content: "think" }, {}] },
    ],
    [
      "templateField",
      baseten,
      "zai-org/GLM-5",
      {},
      { reasoning: { enabled: true } },
      { chat_template_args: { enable_thinking: true } },
    ],
    [
      "templateSwitch",
      nvidia,
      "deepseek-ai/deepseek-v3.1-terminus",
      {},
      { reasoning: { enabled: true } },
      { chat_template_kwargs: { thinking: true } },
    ],
    ["toolStream", zhipuai, "glm-5", {}, { tools: weather }, { tool_stream: true }],
  ] satisfies [string, { facts: unknown }, string, ClientOptions, object, object][])(
    "%s, as stated for %s",
    async (_switch, provider, model, options, call, body) => {
      expect((await sent(provider, model, { options, call: call as Partial<ChatOptions> })).body).toMatchObject(body);
    },
  );

  test("and so do controls and searches that the catalog puts elsewhere", async () => {
    const off = { reasoning: { enabled: false } } as const;
    expect((await sent(volcengine, "doubao-seed-2-0-pro-260215", { call: off })).body.thinking).toEqual({
      type: "disabled",
    });
    const search = await sent(baiduQianfan, "ernie-5.1", { call: { options: { search: true } } });
    expect(search.body.web_search).toEqual({ enable: true, enable_citation: true, enable_trace: true });
  });
});
