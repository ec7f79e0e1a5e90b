/** Hooks around the kinds that are no chat: what they are shown, what they may change, and what becomes of their own failures. */
import { expect, it } from "vitest";
import { google as shippedGoogle } from "../../generated/google.js";
import { openai as shippedOpenai } from "../../generated/openai.js";
import type { HookCall, Hooks } from "../../src/client/hooks.js";
import type { ModelwrightError } from "../../src/errors.js";
import { lastBody, mp3, reaching, simulator } from "./simulated.js";

const openai = (hooks: Hooks, options = {}) => shippedOpenai.create(reaching("openai", { hooks, ...options }));

/** Notes which hooks are called, of which kind of model. */
function noting(notes: string[]): Hooks {
  const note =
    (name: string) =>
    (_given: unknown, call: HookCall): undefined =>
      void notes.push(`${name} ${call.kind}${call.stream ? " stream" : ""}`);
  return {
    onRequest: note("request"),
    onTaskRequest: note("task-request"),
    onWireRequest: note("wire"),
    onResponse: note("response"),
    onTaskResponse: note("task-response"),
    onError: note("error"),
  };
}

it("run once for each part of a call of every kind", async () => {
  const notes: string[] = [];
  const provider = openai(noting(notes));
  const calls: { readonly [kind: string]: () => Promise<unknown> } = {
    embedding: () => provider("text-embedding-3-small").embed({ input: "a" }),
    image: () => provider("gpt-image-1").image({ prompt: "A cat" }),
    speech: () => provider("tts-1").speech({ input: "Hi", voice: "alloy" }),
    transcription: () => provider("whisper-1").transcribe({ audio: mp3 }),
    moderation: () => provider("omni-moderation-latest").moderate({ input: "Hi" }),
    video: () => provider("sora-2").video({ prompt: "Rain", pollMs: 1 }),
  };
  for (const [kind, call] of Object.entries(calls)) {
    notes.length = 0;
    await call();
    // Questions about a job have no body, so no hook is asked about them.
    expect(notes).toEqual([`task-request ${kind}`, `wire ${kind}`, `task-response ${kind}`]);
  }
  notes.length = 0;
  for await (const _chunk of await provider("tts-1").speechStream({ input: "Hi", voice: "alloy" }));
  expect(notes).toEqual(["task-request speech stream", "wire speech stream"]);
});

it("see each batch of a long list of texts", async () => {
  const notes: string[] = [];
  const google = shippedGoogle.create(reaching("google", { hooks: noting(notes) }));
  await google("gemini-embedding-001").embed({ input: Array.from({ length: 101 }, (_, i) => `${i}`) });
  expect(notes).toEqual(["task-request embedding", "wire embedding", "wire embedding", "task-response embedding"]);
});

it("change options, which are checked again, and wire bodies, forms included", async () => {
  const image = openai({ onTaskRequest: (options) => ({ ...options, prompt: "A dog" }) });
  await image("gpt-image-1").image({ prompt: "A cat" });
  expect(lastBody().prompt).toBe("A dog");
  const wrong = openai({ onTaskRequest: (options) => ({ ...options, size: "1x1" }) });
  await expect(wrong("gpt-image-1").image({ prompt: "A cat" })).rejects.toMatchObject({ path: "size" });
  const embedding = openai({ onWireRequest: (body) => ({ ...(body as object), user: "me" }) });
  await embedding("text-embedding-3-small").embed({ input: "a" });
  expect(lastBody().user).toBe("me");
  const form = openai({ onWireRequest: (fields) => [...(fields as []), { name: "temperature", value: "0.5" }] });
  await form("whisper-1").transcribe({ audio: mp3 });
  expect(lastBody()).toMatchObject({ model: "whisper-1", temperature: "0.5" });
  const reply = openai({ onTaskResponse: (given) => ({ ...given, requestId: "mine" }) });
  expect((await reply("sora-2").video({ prompt: "Rain", pollMs: 1 })).requestId).toBe("mine");
});

it("are shown no key, and leave key and signal where they were", async () => {
  const shown: object[] = [];
  const signal = new AbortController().signal;
  const onTaskRequest = (options: object): { [name: string]: unknown } => {
    shown.push(options);
    return { ...options };
  };
  const keys: (string | null)[] = [];
  const provider = shippedOpenai.create({
    env: {},
    hooks: { onTaskRequest },
    fetch: async (_url, { headers }) => {
      keys.push(new Headers(headers).get("authorization"));
      return Response.json({ data: [{ b64_json: "aGk=" }] });
    },
  });
  await provider("gpt-image-1").image({ prompt: "A cat", apiKey: "secret-of-this-call", signal, timeouts: {} });
  expect(shown).toEqual([{ prompt: "A cat" }]);
  expect(keys).toEqual(["Bearer secret-of-this-call"]);
});

it("are told once of what fails: before sending, at the provider, and while a job runs", async () => {
  const told: string[] = [];
  const provider = openai({ onError: (error, call) => void told.push(`${call.kind} ${error.code}`) });
  await provider("gpt-image-1")
    .image({ prompt: "" })
    .catch(() => undefined);
  await provider("text-embedding-3-small")
    .embed({ input: [] })
    .catch(() => undefined);
  simulator.fault("status-500", { times: 1 });
  await provider("tts-1")
    .speech({ input: "Hi", voice: "alloy" })
    .catch(() => undefined);
  const job = await provider("sora-2").submit({ prompt: "Rain" });
  simulator.fault("status-500", { times: 1 });
  await job.result({ pollMs: 1 }).catch(() => undefined);
  expect(told).toEqual([
    "image invalid-request",
    "embedding invalid-request",
    "speech provider-error",
    "video provider-error",
  ]);
});

it("fail their call with their own error, which is not tried again", async () => {
  const mine = new RangeError("not this one");
  for (const name of ["onTaskRequest", "onWireRequest", "onTaskResponse"] as const) {
    simulator.reset();
    const hooks = {
      [name]: () => {
        throw mine;
      },
    };
    const provider = openai(hooks, { retry: {} });
    const failed = (error: ModelwrightError): unknown => error;
    expect(await provider("gpt-image-1").image({ prompt: "A cat" }).catch(failed)).toBe(mine);
    expect(await provider("text-embedding-3-small").embed({ input: "a" }).catch(failed)).toBe(mine);
    expect(simulator.requests).toHaveLength(name === "onTaskResponse" ? 2 : 0);
  }
});
