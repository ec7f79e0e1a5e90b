/** Pictures while they are drawn, and masks that say where a picture may change. */
import { describe, expect, it } from "vitest";
import { openai as shipped } from "../../generated/openai.js";
import type { ImageHandle } from "../../src/client/handle.js";
import type { ModelwrightError } from "../../src/errors.js";
import { google, lastBody, openai, png, reaching, simulator, xai } from "./simulated.js";

async function failure(call: Promise<unknown>): Promise<ModelwrightError> {
  return call.then(
    () => expect.unreachable("it was served"),
    (error: ModelwrightError) => error,
  );
}

/** A client whose answer is this text of events. */
function answering(text: string, type = "text/event-stream") {
  const fetch = async () => new Response(text, { headers: { "content-type": type } });
  return shipped.create({ ...reaching("openai"), fetch })("gpt-image-1");
}

const event = (type: string, rest: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`;
const partial = event("image_generation.partial_image", { b64_json: "AAAA", partial_image_index: 0 });
const completed = event("image_generation.completed", {
  b64_json: "BBBB",
  output_format: "webp",
  usage: { input_tokens: 10, output_tokens: 100 },
});

describe("imageStream", () => {
  it("gives unfinished pictures, then the reply with usage and cost", async () => {
    const stream = await openai("gpt-image-1").imageStream({ prompt: "A cat", partialImages: 2, outputFormat: "png" });
    expect(lastBody()).toEqual({
      model: "gpt-image-1",
      prompt: "A cat",
      stream: true,
      partial_images: 2,
      output_format: "png",
    });
    const partials = [];
    for await (const { index, image } of stream) partials.push([index, image.type, image.mediaType]);
    expect(partials).toEqual([
      [0, "image", "image/png"],
      [1, "image", "image/png"],
    ]);
    const reply = await stream.reply;
    expect(reply.images.map(({ mediaType }) => mediaType)).toEqual(["image/png"]);
    expect(reply.cost).toMatchObject({ state: "known", currency: "USD" });
    expect(reply).toMatchObject({ provider: "openai", model: "gpt-image-1", adjustments: [] });
  });

  it("draws over pictures, with a mask: as URLs, and as files", async () => {
    const stream = await openai("gpt-image-1").imageStream({ prompt: "Greener", images: [png], mask: png });
    expect((await stream.reply).images).toHaveLength(1);
    expect(simulator.requests[0]?.path).toBe("/images/edits");
    const picture = { image_url: expect.stringMatching(/^data:image\/png/) };
    expect(lastBody()).toMatchObject({ images: [picture], mask: picture, stream: true });
    await openai("dall-e-2").image({ prompt: "Greener", images: [png], mask: png });
    expect(lastBody()).toMatchObject({
      image: { filename: "image-1.png" },
      mask: { filename: "mask.png", bytes: png },
    });
  });

  it("reads the stream for who asks for the reply only, at once or later", async () => {
    const stream = await answering(partial + completed).imageStream({ prompt: "A cat", partialImages: 1 });
    const { images, usage } = await stream.reply;
    expect(images).toEqual([{ type: "image", image: "BBBB", mediaType: "image/webp" }]);
    expect(usage).toMatchObject({ inputTokens: 10, outputTokens: 100 });
    expect(await stream.reply).toBe(await stream.reply);
  });

  it("takes a whole answer for what it is", async () => {
    const whole = JSON.stringify({ data: [{ b64_json: "CCCC" }] });
    const stream = await answering(whole, "application/json").imageStream({ prompt: "A cat" });
    expect((await stream.reply).images).toEqual([{ type: "image", image: "CCCC" }]);
  });

  it("never takes a stream that was cut for a picture", async () => {
    for (const [text, code] of [
      [partial, "stream-truncated"],
      [`${partial}data: {"type": "image_generation.comp`, "invalid-response"],
      [partial + event("error", { error: { message: "moderation", code: "moderation_blocked" } }), "content-filter"],
      ["", "stream-truncated"],
    ] as const) {
      const stream = await answering(text).imageStream({ prompt: "A cat", partialImages: 1 });
      expect([text, (await failure(stream.reply)).code]).toEqual([text, code]);
    }
    simulator.fault("reset-mid-stream");
    const stream = await openai("gpt-image-1").imageStream({ prompt: "A cat", partialImages: 3 });
    expect(await failure(stream.reply)).toMatchObject({ name: "TransportError", code: "network" });
  });

  it("ends the call when its loop is left", async () => {
    const stream = await openai("gpt-image-1").imageStream({ prompt: "A cat", partialImages: 3 });
    for await (const _partial of stream) break;
    expect(await failure(stream.reply)).toMatchObject({ code: "aborted" });
  });
});

it("refuses before anything is sent what the types refuse", async () => {
  const model = openai("gpt-image-1");
  const untyped = model as object as ImageHandle;
  const pictures = { images: ["https://example.com/a.png"], mask: png };
  const calls = [
    // @ts-expect-error google's models give none
    ["gives no unfinished pictures", () => google("gemini-2.5-flash-image").imageStream({ prompt: "A cat" })],
    // @ts-expect-error nor do OpenAI's older ones
    ["gives no unfinished pictures", () => openai("dall-e-2").imageStream({ prompt: "A cat" })],
    // @ts-expect-error xai takes none
    ["does not accept mask", () => xai("grok-imagine-image").image({ prompt: "A", ...pictures })],
    ["mask needs images", () => model.image({ prompt: "A cat", mask: png })],
    ["partialImages must be between 0 and 3", () => model.imageStream({ prompt: "A cat", partialImages: 4 })],
    ["partialImages come by imageStream only", () => untyped.image({ prompt: "A cat", partialImages: 1 })],
  ] as const;
  for (const [words, call] of calls) expect((await failure(call())).message).toContain(words);
  expect(simulator.requests).toEqual([]);
});
