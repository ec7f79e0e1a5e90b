/** Jobs: films that are submitted, asked for, cancelled, and taken up again elsewhere. */
import { expect, it } from "vitest";
import { openai as shippedOpenai } from "../../generated/openai.js";
import type { RetryOptions } from "../../src/client/client-options.js";
import type { ModelwrightError } from "../../src/errors.js";
import type { JobProgress, JobState } from "../../src/model/job.js";
import type { FaultName } from "../../src/simulator/contract.js";
import { google, mp3, openai, png, reaching, simulator, xai } from "./simulated.js";

const pollMs = 1;

it("waits for a film, tells its progress, and prices its seconds", async () => {
  const seen: JobProgress[] = [];
  const onProgress = (progress: JobProgress): number => seen.push(progress);
  const reply = await openai("sora-2").video({ prompt: "Rain", duration: 8, size: "1280x720", pollMs, onProgress });
  expect(simulator.requests[0]?.body).toEqual({ model: "sora-2", prompt: "Rain", seconds: 8, size: "1280x720" });
  expect(seen.map(({ state }) => state)).toEqual(["queued", "running", "done"]);
  expect(reply.videos).toEqual([{ type: "video", video: expect.stringMatching(/^https:/), mediaType: "video/mp4" }]);
  expect(reply.cost).toMatchObject({ state: "known", amount: 0.8, units: [{ meter: "second.output", quantity: 8 }] });
});

it("speaks xAI's and Google's jobs, with a picture to start from", async () => {
  const image = "https://example.com/a.png";
  const film = await xai("grok-imagine-video").video({
    prompt: "Rain",
    image,
    duration: 2,
    resolution: "480p",
    pollMs,
  });
  expect(simulator.requests[0]).toMatchObject({ path: "/videos/generations", body: { image: { url: image } } });
  expect(film.videos[0]?.video).toMatch(/^https:/);
  const made = await google("veo-3.1-generate-preview").video({ prompt: "Rain", image: png, duration: 8, pollMs });
  expect(made.videos).toHaveLength(1);
  expect(made.cost).toMatchObject({ state: "known", amount: 3.2 });
});

it("is stored as JSON without a key and taken up by another client", async () => {
  const job = await openai("sora-2").submit({ prompt: "Rain", duration: 4 });
  const stored = JSON.stringify(job);
  expect(stored).not.toContain("no-key");
  // Another process has nothing but the text.
  const elsewhere = shippedOpenai.create(reaching("openai"))("sora-2");
  const reply = await (await elsewhere.resume(JSON.parse(stored) as JobState)).result({ pollMs });
  expect(reply.cost).toMatchObject({ state: "known", amount: 0.4 });
  expect(simulator.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
});

it("refuses a job of another model, and what is no job", async () => {
  const job = await openai("sora-2").submit({ prompt: "Rain" });
  await expect(openai("sora-2-pro").resume(job.toJSON())).rejects.toThrow("belongs to openai/sora-2");
  await expect(openai("sora-2").resume({} as JobState)).rejects.toThrow("no state of a job");
});

it("never loses a job: what fails while it runs carries it", async () => {
  const controller = new AbortController();
  const aborted = openai("sora-2").video({
    prompt: "Rain",
    pollMs: 60_000,
    signal: controller.signal,
    onProgress: () => controller.abort(),
  });
  const submitted = await openai("sora-2").submit({ prompt: "Rain" });
  // Less is left than the next question is away.
  const late = submitted.result({ pollMs: 60_000, timeouts: { total: 30_000 } });
  const failures = await Promise.all([aborted, late].map((call) => call.catch((error: ModelwrightError) => error)));
  expect(failures.map((error) => (error as ModelwrightError).code)).toEqual(["aborted", "timeout"]);
  for (const error of failures as ModelwrightError[]) {
    const { job } = error.partial as { readonly job: JobState };
    const reply = await (await openai("sora-2").resume(job)).result({ pollMs });
    expect(reply.videos).toHaveLength(1);
  }
  const job = await openai("sora-2").submit({ prompt: "Rain" });
  simulator.fault("status-500", { times: 1 });
  const broken = (await job.result({ pollMs }).catch((error: unknown) => error)) as ModelwrightError;
  expect(broken.partial).toEqual({ job: job.toJSON() });
  expect((await job.result({ pollMs })).videos).toHaveLength(1);
});

it("never submits twice what may have arrived, unless it is told to", async () => {
  const submissions = async (fault: FaultName, retry: RetryOptions = {}): Promise<number> => {
    simulator.reset();
    simulator.fault(fault, { times: 1 });
    const { create } = shippedOpenai;
    const job = create(reaching("openai", { retry: { baseMs: 1, ...retry } }))("sora-2").submit({ prompt: "Rain" });
    await job.catch(() => undefined);
    return simulator.requests.length;
  };
  expect(await submissions("reset-before-headers")).toBe(1);
  expect(await submissions("status-500")).toBe(1);
  expect(await submissions("reset-before-headers", { resubmitJobs: true })).toBe(2);
  // Whoever is told to come back has begun nothing.
  expect(await submissions("status-429")).toBe(2);
});

it("submits again when no connection came about", async () => {
  const nobody = "http://127.0.0.1:1/v1";
  const model = shippedOpenai.create(reaching("openai", { baseURL: nobody, retry: { baseMs: 1 } }))("sora-2");
  const error = await model.submit({ prompt: "Rain" }).catch((failure: ModelwrightError) => failure);
  expect(error).toMatchObject({ code: "network", unsent: true, attempts: { length: 3 } });
});

it("cancels, and then fails as the provider says", async () => {
  const job = await openai("sora-2").submit({ prompt: "Rain" });
  await job.cancel();
  expect(simulator.requests.at(-1)).toMatchObject({ method: "DELETE", operation: "cancel-job" });
  await expect(job.result({ pollMs })).rejects.toThrow(/cancelled/);
});

it("gives each change of progress to whoever iterates, and ends", async () => {
  const job = await openai("sora-2").submit({ prompt: "Rain" });
  const states: string[] = [];
  for await (const { state } of job) {
    states.push(state);
    if (state === "running") break;
  }
  expect(states).toEqual(["queued", "running"]);
  expect((await job.result({ pollMs })).videos).toHaveLength(1);
});

it("fetches a film with the key from the provider's own address only, and only when asked", async () => {
  const model = shippedOpenai.create({
    apiKey: "key",
    env: {},
    retry: false,
    fetch: async (target, { headers }) => {
      asked.push(`${target.href} ${new Headers(headers).get("authorization")}`);
      if (target.pathname.endsWith("/content")) return new Response(mp3);
      return Response.json(asked.length === 1 ? { id: "v1", status: "queued" } : { id: "v1", status: "completed" });
    },
  })("sora-2");
  const asked: string[] = [];
  const { videos } = await model.video({ prompt: "Rain", pollMs });
  expect(asked).toHaveLength(2);
  const [film] = videos;
  expect(film && (await model.download(film))).toEqual(mp3);
  expect(asked[2]).toBe("https://api.openai.com/v1/videos/v1/content Bearer key");
  const elsewhere = { type: "video", video: "https://api.openai.com.evil.example/v1/a.mp4" } as const;
  await expect(model.download(elsewhere)).rejects.toThrow("needs no key");
  expect(asked).toHaveLength(3);
});
