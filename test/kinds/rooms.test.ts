/** The providers that know nothing but jobs: pictures and films through the simulator, and what goes on the wire. */
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { bfl } from "../../generated/bfl.js";
import { fal } from "../../generated/fal.js";
import { replicate } from "../../generated/replicate.js";
import type { ModelFacts, ProviderFacts } from "../../src/catalog/facts.js";
import { defineProvider } from "../../src/client/define-provider.js";
import type { ImageHandle, VideoHandle } from "../../src/client/handle.js";
import { ModelwrightError } from "../../src/errors.js";
import type { JobState } from "../../src/model/job.js";
import { dashscope } from "../../src/protocols/dashscope/index.js";
import { minimaxMedia } from "../../src/protocols/minimax-media/index.js";
import { createSimulator } from "../../src/testing.js";
import { png } from "./simulated.js";

const common = {
  role: "lab",
  auth: [{ type: "none" }],
  assume: "strict",
  unknownModels: "reject",
} as const;

function model(facts: Partial<ModelFacts>): ModelFacts {
  return { kind: "image", input: ["text", "image"], output: ["image"], features: {}, params: {}, limits: {}, ...facts };
}

const alibaba: ProviderFacts = {
  ...common,
  id: "alibaba",
  name: "Alibaba",
  protocol: "dashscope",
  baseURL: "https://dashscope.example.com/api/v1",
  models: {
    wan: model({ params: { n: { type: "integer", min: 1, max: 4 }, size: { enum: ["1024x768"] } } }),
    "qwen-image": model({ dialect: { dashscope: { atOnce: true } } }),
  },
};
const hailuo: ProviderFacts = {
  ...common,
  id: "hailuo",
  name: "MiniMax",
  protocol: "minimax-media",
  baseURL: "https://minimax.example.com/v1",
  models: {
    "image-01": model({ params: { aspectRatio: { enum: ["16:9"] }, n: { type: "integer", min: 1, max: 9 } } }),
    hailuo: model({ kind: "video", output: ["video"], params: { duration: { enum: [6, 10] } } }),
  },
};

const simulator = createSimulator({ providers: [bfl.facts, fal.facts, replicate.facts, alibaba, hailuo] });
await simulator.listen();
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

const reaching = (id: string) => ({ baseURL: simulator.baseURL(id), apiKey: "key", env: {}, retry: false }) as const;
const body = () => simulator.requests[0]?.body;
const asked = () => simulator.requests.map(({ method, path }) => `${method} ${path}`);
const pollMs = 1;
const url = /^https:\/\/simulator\.invalid\//;

it("fal: submits, asks for the status, fetches the answer", async () => {
  const model = fal.create(reaching("fal"))("fal-ai/flux/schnell");
  const reply = await model.image({ prompt: "A cat", n: 2, size: "640x480", outputFormat: "png", pollMs });
  expect(body()).toEqual({
    prompt: "A cat",
    num_images: 2,
    image_size: { width: 640, height: 480 },
    output_format: "png",
  });
  expect(asked()).toEqual([
    "POST /fal-ai/flux/schnell",
    ...Array(3).fill(expect.stringMatching(/^GET \/fal-ai\/flux\/requests\/\w+\/status$/)),
    expect.stringMatching(/^GET \/fal-ai\/flux\/requests\/\w+$/),
  ]);
  expect(reply.images.map(({ image }) => image)).toEqual(Array(2).fill(expect.stringMatching(url)));
  expect(reply.cost).toMatchObject({ state: "known", amount: 0.006 });
});

it("Replicate: predictions, with the picture where the model wants it", async () => {
  const kontext = replicate.create(reaching("replicate"))("black-forest-labs/flux-kontext-pro");
  const { images } = await kontext.image({ prompt: "Greener", images: [png], outputFormat: "png", pollMs });
  expect(body()).toEqual({
    input: { prompt: "Greener", input_image: expect.stringMatching(/^data:image\/png/), output_format: "png" },
  });
  expect(asked().slice(0, 2)).toEqual([
    "POST /models/black-forest-labs/flux-kontext-pro/predictions",
    expect.stringMatching(/^GET \/predictions\/\w+$/),
  ]);
  expect(images).toHaveLength(1);
});

describe("Black Forest Labs", () => {
  const model = bfl.create(reaching("bfl"))("flux-pro-1.1");

  it("asks where it was told to", async () => {
    const { images, cost } = await model.image({ prompt: "A cat", size: "1024x768", pollMs });
    expect(body()).toEqual({ prompt: "A cat", width: 1024, height: 768 });
    expect(asked()).toEqual(["POST /flux-pro-1.1", ...Array(3).fill("GET /get_result")]);
    expect(images[0]?.image).toMatch(url);
    expect(cost).toMatchObject({ state: "known", amount: 0.04 });
  });

  it("sends the key nowhere else", async () => {
    const sent: string[] = [];
    const answering = (pollingUrl: string) =>
      bfl.create({
        apiKey: "key",
        env: {},
        retry: false,
        fetch: async (target) => {
          sent.push(target.href);
          const ready = { id: "j1", status: "Ready", result: { sample: "https://cdn.example.com/a.png" } };
          return Response.json(sent.length % 2 === 1 ? { id: "j1", polling_url: pollingUrl } : ready);
        },
      })("flux-pro-1.1");
    await answering("https://api.eu1.bfl.ai/v1/get_result?id=j1").image({ prompt: "A cat", pollMs });
    expect(sent).toEqual(["https://api.bfl.ai/v1/flux-pro-1.1", "https://api.eu1.bfl.ai/v1/get_result?id=j1"]);
    for (const foreign of [
      "https://evil.example/get_result?id=j1",
      "http://api.eu1.bfl.ai/v1/get_result?id=j1",
      "https://bfl.ai.evil.example/x",
      "https://user:pass@api.bfl.ai/x",
    ]) {
      sent.length = 0;
      const error = (await answering(foreign)
        .image({ prompt: "A cat", pollMs })
        .catch((error: unknown) => error)) as ModelwrightError;
      expect(error.message).toContain("an address outside the provider's own");
      expect(error.partial).toMatchObject({ job: { id: "j1" } });
      expect(sent).toHaveLength(1);
    }
  });

  it("tells moderation from failure", async () => {
    const said = async (status: string) => {
      let count = 0;
      const model = bfl.create({
        apiKey: "key",
        env: {},
        retry: false,
        fetch: async () => Response.json(count++ === 0 ? { id: "j1" } : { id: "j1", status }),
      })("flux-pro-1.1");
      return (await model.image({ prompt: "A cat", pollMs }).catch((error: unknown) => error)) as ModelwrightError;
    };
    expect((await said("Content Moderated")).code).toBe("content-filter");
    expect((await said("Error")).code).toBe("provider-rejected");
  });
});

describe("DashScope", () => {
  const provider = defineProvider({ protocols: [dashscope], facts: alibaba }, reaching("alibaba"));

  it("works by jobs", async () => {
    const reply = await (provider("wan") as ImageHandle).image({ prompt: "A cat", n: 2, size: "1024x768", pollMs });
    expect(body()).toEqual({
      model: "wan",
      input: { messages: [{ role: "user", content: [{ text: "A cat" }] }] },
      parameters: { n: 2, size: "1024*768" },
    });
    expect(simulator.requests[0]?.headers).toHaveProperty("x-dashscope-async");
    expect(reply.images).toHaveLength(2);
  });

  it("answers at once where the model knows no jobs", async () => {
    const reply = await (provider("qwen-image") as ImageHandle).image({ prompt: "A cat" });
    expect(asked()).toEqual(["POST /services/aigc/multimodal-generation/generation"]);
    expect(reply.images).toHaveLength(1);
  });
});

describe("MiniMax", () => {
  const provider = defineProvider({ protocols: [minimaxMedia], facts: hailuo }, reaching("hailuo"));

  it("draws at once", async () => {
    const reply = await (provider("image-01") as ImageHandle).image({ prompt: "A cat", n: 3, aspectRatio: "16:9" });
    expect(body()).toEqual({ model: "image-01", prompt: "A cat", n: 3, aspect_ratio: "16:9" });
    expect(reply.images).toHaveLength(3);
  });

  it("films by jobs, and fetches the film's address at the end", async () => {
    const { videos } = await (provider("hailuo") as VideoHandle).video({ prompt: "Rain", duration: 6, pollMs });
    expect(asked().at(-1)).toBe("GET /files/retrieve");
    expect(videos[0]?.video).toMatch(url);
  });

  it("reads failures out of successful answers", async () => {
    const failing = defineProvider(
      { protocols: [minimaxMedia], facts: hailuo },
      {
        ...reaching("hailuo"),
        fetch: async () => Response.json({ base_resp: { status_code: 1026, status_msg: "sensitive input" } }),
      },
    );
    const call = (failing("image-01") as ImageHandle).image({ prompt: "A cat" });
    await expect(call).rejects.toMatchObject({ code: "content-filter", providerMessage: "sensitive input" });
  });
});

it("resumes and cancels jobs of pictures", async () => {
  const model = fal.create(reaching("fal"))("fal-ai/flux/schnell");
  const job = await model.submit({ prompt: "A cat" });
  const reply = await (await model.resume(JSON.parse(JSON.stringify(job)) as JobState)).result({ pollMs });
  expect(reply.images).toHaveLength(1);
  const other = await model.submit({ prompt: "A dog" });
  await other.cancel();
  expect(simulator.requests.at(-1)?.method).toBe("PUT");
  await expect(other.result({ pollMs })).rejects.toBeInstanceOf(ModelwrightError);
  const uncancellable = await bfl.create(reaching("bfl"))("flux-dev").submit({ prompt: "A cat" });
  await expect(uncancellable.cancel()).rejects.toThrow("cannot cancel");
});
