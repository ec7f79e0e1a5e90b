/** Embeddings of pictures, sounds, films and documents: where the catalog lists them, in each provider's own form. */
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { amazonBedrock } from "../../generated/amazon-bedrock.js";
import { cohere as shippedCohere } from "../../generated/cohere.js";
import { google as shippedGoogle } from "../../generated/google.js";
import { googleVertex } from "../../generated/google-vertex.js";
import { jina as shippedJina } from "../../generated/jina.js";
import { openai as shippedOpenai } from "../../generated/openai.js";
import { voyage as shippedVoyage } from "../../generated/voyage.js";
import { audio, image, pdf, unverified, video } from "../../src/index.js";
import { createSimulator } from "../../src/testing.js";
import { mp3, png } from "./simulated.js";

const shipped = [amazonBedrock, shippedCohere, shippedGoogle, googleVertex, shippedJina, shippedOpenai, shippedVoyage];
const simulator = createSimulator({ providers: shipped.map(({ facts }) => facts) });
await simulator.listen();
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

const reaching = (provider: string) =>
  ({ baseURL: simulator.baseURL(provider), apiKey: "no-key", env: {}, retry: false }) as const;
const bedrock = amazonBedrock.create(reaching("amazon-bedrock"));
const cohere = shippedCohere.create(reaching("cohere"));
const google = shippedGoogle.create(reaching("google"));
const vertex = googleVertex.create(reaching("google-vertex"));
const jina = shippedJina.create(reaching("jina"));
const openai = shippedOpenai.create(reaching("openai"));
const voyage = shippedVoyage.create(reaching("voyage"));

const sent = () => simulator.requests.map(({ path, body }) => [path, body]);
const base64 = expect.stringMatching(/^iVBOR/);
const dataUrl = expect.stringMatching(/^data:image\/png;base64,iVBOR/);
const inputType = "search_document";

describe("on the wire", () => {
  it("Gemini: a part for each value, texts and media in one batch", async () => {
    const document = pdf("https://example.com/a.pdf");
    const reply = await google("gemini-embedding-2").embed({
      input: ["a cat", image(png), audio(mp3), video("https://example.com/a.mp4"), document],
      dimensions: 256,
    });
    expect(reply.embeddings.map((vector) => vector.length)).toEqual(Array(5).fill(256));
    const parts = [
      { text: "a cat" },
      { inlineData: { mimeType: "image/png", data: base64 } },
      { inlineData: { mimeType: "audio/mpeg", data: expect.any(String) } },
      { fileData: { fileUri: "https://example.com/a.mp4" } },
      { fileData: { fileUri: "https://example.com/a.pdf", mimeType: "application/pdf" } },
    ];
    expect(simulator.requests[0]?.body).toMatchObject({
      requests: parts.map((part) => ({ content: { parts: [part] }, outputDimensionality: 256 })),
    });
  });

  it("Vertex: one value for each request, by contents or by predictions", async () => {
    const { embeddings } = await vertex("gemini-embedding-2").embed({ input: ["a cat", image(png)], dimensions: 128 });
    expect(embeddings).toHaveLength(2);
    await vertex("multimodalembedding@001").embed({ input: ["a cat", image(png)], dimensions: 512 });
    expect(sent()).toEqual([
      [
        "/models/gemini-embedding-2:embedContent",
        { content: { parts: [{ text: "a cat" }] }, outputDimensionality: 128 },
      ],
      [
        "/models/gemini-embedding-2:embedContent",
        {
          content: { parts: [{ inlineData: { mimeType: "image/png", data: base64 } }] },
          outputDimensionality: 128,
        },
      ],
      ["/models/multimodalembedding%40001:predict", { instances: [{ text: "a cat" }], parameters: { dimension: 512 } }],
      [
        "/models/multimodalembedding%40001:predict",
        {
          instances: [{ image: { bytesBase64Encoded: base64, mimeType: "image/png" } }],
          parameters: { dimension: 512 },
        },
      ],
    ]);
  });

  it("Cohere: each value as content; before version 4 pictures by themselves, one for each request", async () => {
    await cohere("embed-v4.0").embed({ input: ["a cat", image(png)], options: { inputType } });
    const options = { inputType: "image" } as const;
    const three = await cohere("embed-english-v3.0").embed({ input: [image(png), image(png)], options });
    expect(three.cost).toMatchObject({
      state: "known",
      units: [{ meter: "image.input", quantity: 1 }, { quantity: 1 }],
    });
    const picture = { images: [dataUrl], input_type: "image", model: "embed-english-v3.0", embedding_types: ["float"] };
    expect(sent()).toEqual([
      [
        "/v2/embed",
        {
          model: "embed-v4.0",
          inputs: [
            { content: [{ type: "text", text: "a cat" }] },
            { content: [{ type: "image_url", image_url: { url: dataUrl } }] },
          ],
          embedding_types: ["float"],
          input_type: inputType,
        },
      ],
      ["/v2/embed", picture],
      ["/v2/embed", picture],
    ]);
  });

  it("Amazon: Titan's picture, Cohere's list of pictures, Cohere's contents", async () => {
    const titan = await bedrock("amazon.titan-embed-image-v1").embed({ input: ["a cat", image(png)], dimensions: 256 });
    expect(titan.cost).toMatchObject({
      state: "known",
      units: [{ meter: "image.input", quantity: 1, price: 0.00006 }],
    });
    await bedrock("cohere.embed-english-v3").embed({ input: image(png), options: { inputType: "image" } });
    await bedrock("cohere.embed-v4:0").embed({ input: ["a cat", image(png)], options: { inputType } });
    expect(sent().map(([, body]) => body)).toEqual([
      { inputText: "a cat", embeddingConfig: { outputEmbeddingLength: 256 } },
      { inputImage: base64, embeddingConfig: { outputEmbeddingLength: 256 } },
      { images: [dataUrl], input_type: "image" },
      {
        inputs: [
          { content: [{ type: "text", text: "a cat" }] },
          { content: [{ type: "image_url", image_url: dataUrl }] },
        ],
        input_type: inputType,
      },
    ]);
  });

  it("Voyage: lists of parts, whose pixels have a price of their own", async () => {
    const input = ["a cat", image(png), image("https://example.com/a.png")];
    const reply = await voyage("voyage-multimodal-3").embed({ input, options: { inputType: "document" } });
    expect(sent()).toEqual([
      [
        "/multimodalembeddings",
        {
          model: "voyage-multimodal-3",
          inputs: [
            { content: [{ type: "text", text: "a cat" }] },
            { content: [{ type: "image_base64", image_base64: dataUrl }] },
            { content: [{ type: "image_url", image_url: "https://example.com/a.png" }] },
          ],
          input_type: "document",
        },
      ],
    ]);
    expect(reply.usage).toMatchObject({ buckets: { input: 2 }, meters: { "pixel.input": expect.any(Number) } });
    expect(reply.cost).toEqual({ state: "unknown", reason: expect.stringContaining("pixel.input") });
  });

  it("Jina: an object for each value", async () => {
    const input = ["a cat", image(png), pdf("https://example.com/a.pdf")];
    await jina("jina-embeddings-v4").embed({ input, options: { task: "text-matching" } });
    expect(sent()).toEqual([
      [
        "/embeddings",
        {
          model: "jina-embeddings-v4",
          input: [{ text: "a cat" }, { image: base64 }, { pdf: "https://example.com/a.pdf" }],
          task: "text-matching",
        },
      ],
    ]);
  });
});

it("gives one vector per value, in order, however the values were spread over requests", async () => {
  const options = { inputType: "image" } as const;
  const model = cohere("embed-multilingual-v3.0");
  const other = Uint8Array.from([...png, 0]);
  const { embeddings } = await model.embed({ input: ["one", "two", image(png), image(other), "three"], options });
  expect(simulator.requests).toHaveLength(4);
  const alone = await model.embed({ input: image(other), options });
  expect(embeddings).toHaveLength(5);
  expect(embeddings[3]).toEqual(alone.embeddings[0]);
});

it("leaves what is sent for texts as it was", async () => {
  await google("gemini-embedding-2").embed({ input: ["one", "two"] });
  await cohere("embed-v4.0").embed({ input: ["one", "two"], options: { inputType } });
  await bedrock("cohere.embed-english-v3").embed({ input: ["one", "two"], options: { inputType } });
  expect(sent().map(([, body]) => body)).toEqual([
    {
      requests: ["one", "two"].map((text) => ({ model: "models/gemini-embedding-2", content: { parts: [{ text }] } })),
    },
    { model: "embed-v4.0", texts: ["one", "two"], embedding_types: ["float"], input_type: inputType },
    { texts: ["one", "two"], input_type: inputType },
  ]);
});

describe("refused before anything is sent", () => {
  const say = (call: Promise<unknown>) =>
    call.then(
      () => expect.unreachable("it was served"),
      (error: Error) => error.message,
    );

  it("what the model does not embed: the compiler says the same", async () => {
    const text = openai("text-embedding-3-small");
    // @ts-expect-error text-embedding-3-small does not accept image input
    expect(await say(text.embed({ input: [image(png)] }))).toContain(
      "text-embedding-3-small does not accept image input",
    );
    const multimodal = cohere("embed-v4.0");
    // @ts-expect-error embed-v4.0 does not accept audio input
    const sound = multimodal.embed({ input: ["a", audio(mp3)], options: { inputType } });
    expect(await say(sound)).toContain("embed-v4.0 does not accept audio input");
    // @ts-expect-error voyage-multimodal-3 does not accept pdf input
    expect(await say(voyage("voyage-multimodal-3").embed({ input: pdf("https://example.com/a.pdf") }))).toContain(
      "pdf",
    );
    expect(simulator.requests).toEqual([]);
  });

  it("pictures by URL, of other types, too large, or that are none", async () => {
    const options = { inputType } as const;
    const model = cohere("embed-v4.0");
    const calls = [
      ["does not accept image input by URL", model.embed({ input: image("https://example.com/a.png"), options })],
      ["image/bmp", model.embed({ input: image(Uint8Array.from([0x42, 0x4d, 0, 0])), options })],
      ["5242880 bytes", model.embed({ input: image(new Uint8Array(6_000_000).fill(1)), options })],
      ["input[1] must be a text or a medium", model.embed({ input: ["a", { type: "image" } as never], options })],
      ["input must hold at least one value", model.embed({ input: [], options })],
    ] as const;
    for (const [words, call] of calls) expect(await say(call)).toContain(words);
    expect(simulator.requests).toEqual([]);
  });

  it("but sends what is marked unverified where the wire has a place for it", async () => {
    const sound = unverified(audio(mp3));
    const call = google("gemini-embedding-001").embed({ input: [sound] });
    await expect(call).rejects.toMatchObject({ name: "ProviderError" });
    expect(simulator.requests).toHaveLength(1);
    expect(await say(openai("text-embedding-3-small").embed({ input: [sound] }))).toContain("audio input");
  });
});
