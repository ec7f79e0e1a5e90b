/** The playground of every kind of model in Chromium: files that the model takes, and answers that are no text. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { providerFile } from "../cli/workspace.js";
import { type DevPage, DevUnderTest, launchBrowser, screenshot } from "./browser.js";

const models = {
  seer: { kind: "chat", input: ["text", "image", "audio", "pdf"], output: ["text"] },
  reader: { kind: "chat", input: ["text"], output: ["text"] },
  painter: {
    kind: "image",
    input: ["text", "image"],
    output: ["image"],
    params: { size: { enum: ["1024x1024", "1536x1024"] }, n: { type: "integer", min: 1, max: 4 }, background: false },
  },
  mouth: {
    kind: "speech",
    input: ["text"],
    output: ["audio"],
    params: { voice: { enum: ["alloy", "nova"] }, speed: { min: 0.25, max: 4 } },
  },
  ears: { kind: "transcription", input: ["audio"], output: ["text"], params: { language: true } },
  ranker: { kind: "rerank", input: ["text"], params: { topN: true } },
  judge: { kind: "moderation", input: ["text"] },
  cinema: { kind: "video", input: ["text"], output: ["video"], params: { duration: { enum: [4, 8] } } },
};

const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const wav = Buffer.from("UklGRiQAAABXQVZFZm10IBAAAAABAAEARKwAAIhYAQACABAAZGF0YQAAAAA=", "base64");

let browser: Browser;
let dev: DevUnderTest;
let open: DevPage;
let page: Page;

beforeAll(async () => {
  browser = await launchBrowser();
  dev = await DevUnderTest.start({ "catalog/acme.json": providerFile("acme", { models }) });
  open = await dev.open(browser);
  page = open.page;
}, 300_000);
afterAll(async () => {
  expect(await open.faults()).toEqual([]);
  await browser?.close();
  await dev?.stop();
});

async function go(model: string): Promise<void> {
  await page.evaluate((hash) => location.assign(hash), `#/play/acme/${model}`);
  await expect.poll(() => page.inputValue("#play-model")).toBe(`acme/${model}`);
  await expect.poll(() => code("ts")).toContain(`"${model}"`);
}

const controls = () =>
  page.locator("[data-control]").evaluateAll((all) => all.map((each) => each.getAttribute("data-control")));

/** Sends the prompt, and gives the answer when it is complete. */
async function ask(prompt?: string): Promise<string> {
  if (prompt !== undefined) await page.fill("#compose textarea", prompt);
  await page.evaluate(() => {
    for (const each of document.querySelectorAll(".answer")) each.classList.add("earlier");
  });
  await page.click("#send");
  const answer = page.locator(".answer:not([aria-busy]):not(.earlier)");
  await answer.waitFor();
  return (await answer.textContent()) ?? "";
}

const code = async (tab: "ts" | "curl"): Promise<string> => {
  await page.click(`#tab-${tab}`);
  return (await page.textContent("#code")) ?? "";
};

const lastBody = async (): Promise<string> => JSON.stringify(await dev.get("/api/events?once"));

describe("a chat model", () => {
  it("takes files only where it takes their kind", async () => {
    await go("reader");
    await expect.poll(controls).toEqual(["system", "maxOutputTokens"]);
    await go("seer");
    await expect.poll(controls).toEqual(["system", "image", "pdf", "audio", "maxOutputTokens"]);
  });

  it("is sent the bytes; the code reads them from a file, and nothing else has them", async () => {
    await go("seer");
    await page.setInputFiles("#field-image-file", { name: "cat.png", mimeType: "image/png", buffer: png });
    await page.setInputFiles("#field-audio", { name: "hello.wav", mimeType: "audio/wav", buffer: wav });
    await expect.poll(() => code("ts")).toContain('image(await readFile("picture.png"))');
    expect(await code("ts")).toContain('audio(await readFile("recording.wav"))');
    const asked = page.waitForRequest((request) => request.url().endsWith("/v1/chat/completions"));
    await ask("What do you see and hear?");
    const sent = (await asked).postDataJSON();
    expect(sent.messages.at(-1).content.slice(1)).toEqual([
      { type: "image_url", image_url: { url: `data:image/png;base64,${png.toString("base64")}` } },
      { type: "input_audio", input_audio: { data: wav.toString("base64"), format: "wav" } },
    ]);
    expect(await code("curl")).toContain(`data:image/png;base64,'"$(base64 < picture.png | tr -d '\\n')"'`);
    expect(await lastBody()).not.toContain(png.toString("base64").slice(0, 40));
    await screenshot(page, "light-play-files");
    await page.click('[aria-label="Remove cat.png"]');
    await page.click('[aria-label="Remove hello.wav"]');
    await expect.poll(() => code("ts")).not.toContain("readFile");
  });
});

describe("a model of another kind", () => {
  it("paints, with the parameters that it takes", async () => {
    await go("painter");
    await expect.poll(controls).toEqual(["image", "n", "size"]);
    await page.selectOption("#field-size", "1536x1024");
    await expect.poll(() => code("ts")).toContain('acme("painter").image({');
    await ask("A cat");
    expect(await page.locator(".answer img").last().getAttribute("src")).toMatch(/^data:image\/png;base64,iVBOR/);
  });

  it("speaks, and transcribes a recording without a prompt", async () => {
    await go("mouth");
    await expect.poll(controls).toEqual(["voice", "speed"]);
    await page.selectOption("#field-voice", "nova");
    await ask("Hello there");
    expect(await page.locator(".answer audio").last().getAttribute("src")).toMatch(/^blob:/);
    await go("ears");
    await page.setInputFiles("#field-audio", { name: "hello.wav", mimeType: "audio/wav", buffer: wav });
    await expect.poll(() => code("curl")).toContain("-F file=@recording.wav");
    expect(await ask()).toContain("simulated");
  });

  it("ranks documents and judges texts", async () => {
    await go("ranker");
    await page.fill("#field-documents", "Rome is in Italy\n\nParis is in France");
    await page.fill("#field-topN", "2");
    const ranked = await ask("Where is Paris?");
    expect(ranked).toContain("Paris is in France");
    expect(await code("ts")).toContain('documents: ["Rome is in Italy","Paris is in France"]');
    await screenshot(page, "light-play-rerank");
    await go("judge");
    expect(await ask("Is this fine?")).toMatch(/^Not flagged/);
  });

  it("films: the job is followed to its end", async () => {
    await go("cinema");
    await page.selectOption("#field-duration", "8");
    expect(await ask("Rain")).toContain("film.mp4");
    expect(await code("ts")).toContain("duration: 8");
  });
});
