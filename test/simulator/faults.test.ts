/** Faults by name: over a socket, where connections really break, and through `fetch`. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { FaultName } from "../../src/testing.js";
import { simulate } from "./post.js";

const simulator = simulate();
beforeAll(() => simulator.listen());
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

interface Outcome {
  readonly status?: number;
  readonly text: string;
  /** What broke: before the headers, or in the body. */
  readonly broke?: "headers" | "body";
}

const body = {
  model: "gpt-plain",
  messages: [{ role: "user", content: "Tell me something long enough for chunks." }],
  stream: true,
};

async function ask(
  via: "socket" | "fetch",
  init: RequestInit & { readonly overrides?: object } = {},
): Promise<Outcome> {
  const send = via === "socket" ? fetch : simulator.fetch;
  let response: Response;
  try {
    response = await send(`${simulator.baseURL("openai")}/chat/completions`, {
      method: "POST",
      ...init,
      body: JSON.stringify({ ...body, ...init.overrides }),
    });
  } catch {
    return { text: "", broke: "headers" };
  }
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>)
      text += decoder.decode(chunk, { stream: true });
  } catch {
    return { status: response.status, text, broke: "body" };
  }
  return { status: response.status, text };
}

const done = "data: [DONE]\n\n";

describe.each(["socket", "fetch"] as const)("over %s", (via) => {
  it.each<[FaultName, number]>([
    ["status-401", 401],
    ["status-429", 429],
    ["status-500", 500],
    ["status-503", 503],
    ["quota-exhausted", 429],
    ["context-length", 400],
    ["content-filter", 400],
  ])("%s answers %i with an error body", async (name, status) => {
    simulator.fault(name);
    const outcome = await ask(via);
    expect(outcome.status).toBe(status);
    expect(JSON.parse(outcome.text).error.message).toEqual(expect.any(String));
  });

  it("reset-before-headers gives no answer", async () => {
    simulator.fault("reset-before-headers");
    expect(await ask(via)).toEqual({ text: "", broke: "headers" });
  });

  it("no-response waits until the client leaves", async () => {
    simulator.fault("no-response");
    expect(await ask(via, { signal: AbortSignal.timeout(50) })).toEqual({ text: "", broke: "headers" });
  });

  it("reset-mid-stream breaks the body after a part of it", async () => {
    simulator.fault("reset-mid-stream");
    const outcome = await ask(via);
    expect(outcome).toMatchObject({ status: 200, broke: "body" });
    expect(outcome.text).toContain("chat.completion.chunk");
    expect(outcome.text).not.toContain('finish_reason":"stop');
  });

  it("clean-end-mid-stream ends the body without an end of the answer", async () => {
    simulator.fault("clean-end-mid-stream");
    const outcome = await ask(via);
    expect(outcome.broke).toBeUndefined();
    expect(outcome.text).not.toContain('finish_reason":"stop');
  });

  it("stall-mid-stream sends a part and then nothing", async () => {
    simulator.fault("stall-mid-stream");
    const outcome = await ask(via, { signal: AbortSignal.timeout(100) });
    expect(outcome).toMatchObject({ status: 200, broke: "body", text: expect.stringContaining("chunk") });
  });

  it("unterminated-socket sends everything and then nothing", async () => {
    simulator.fault("unterminated-socket");
    const outcome = await ask(via, { signal: AbortSignal.timeout(100) });
    expect(outcome).toMatchObject({ broke: "body", text: expect.stringContaining(done) });
  });

  it("error-mid-stream sends an error and stops", async () => {
    simulator.fault("error-mid-stream");
    const outcome = await ask(via);
    expect(outcome.text).toMatch(/data: \{"error":\{.*\n\n$/);
  });

  it("malformed-chunk breaks the JSON of one line only", async () => {
    simulator.fault("malformed-chunk");
    const lines = (await ask(via)).text.split("\n\n").filter((line) => line.startsWith("data: {"));
    const broken = lines.filter((line) => !isJson(line.slice(6)));
    expect(broken).toHaveLength(1);
    expect(lines.length).toBeGreaterThan(3);
  });

  it("no-terminal-marker leaves out only the marker", async () => {
    const whole = await ask(via);
    simulator.fault("no-terminal-marker");
    const { text } = await ask(via);
    expect(whole.text.endsWith(done)).toBe(true);
    expect(text).not.toContain("[DONE]");
    expect(text).toContain('finish_reason":"stop');
  });

  it("split-utf8 loses no character", async () => {
    simulator.fault("split-utf8");
    expect((await ask(via)).text).toContain("é 漢字 🙂");
  });

  it("slow-first-token waits after the headers", async () => {
    simulator.fault("slow-first-token", { delayMs: 20, times: 1 });
    expect((await ask(via)).text).toContain(done);
    simulator.fault("slow-first-token", { delayMs: 60_000 });
    expect(await ask(via, { signal: AbortSignal.timeout(50) })).toMatchObject({ broke: expect.any(String), text: "" });
  });

  it("a whole answer can be cut, too", async () => {
    simulator.fault("clean-end-mid-stream");
    const outcome = await ask(via, { overrides: { stream: false } });
    expect(outcome).toMatchObject({ status: 200 });
    expect(isJson(outcome.text)).toBe(false);
  });
});

describe("an armed fault", () => {
  const statuses = async (count: number) => {
    const all: (number | undefined)[] = [];
    for (let i = 0; i < count; i++) all.push((await ask("fetch")).status);
    return all;
  };

  it("strikes so many times, after so many requests", async () => {
    simulator.fault("status-500", { times: 2, after: 1 });
    expect(await statuses(4)).toEqual([200, 500, 500, 200]);
  });

  it("flaps", async () => {
    simulator.fault("flap");
    expect(await statuses(4)).toEqual([503, 200, 503, 200]);
  });

  it("strikes one provider or model only", async () => {
    simulator.fault("status-500", { provider: "anthropic" });
    simulator.fault("status-503", { model: "gpt-text" });
    expect(await statuses(1)).toEqual([200]);
    expect((await ask("fetch", { overrides: { model: "gpt-text", stream: false } })).status).toBe(503);
  });

  it("strikes by chance, the same for the same seed", async () => {
    const draw = async () => {
      const seeded = simulate({ seed: 7, faults: [{ fault: "status-500", probability: 0.5 }] });
      const all: number[] = [];
      for (let i = 0; i < 20; i++) {
        const init = { method: "POST", body: JSON.stringify({ ...body, stream: false }) };
        all.push((await seeded.fetch(`${seeded.baseURL("openai")}/chat/completions`, init)).status);
      }
      return all;
    };
    const first = await draw();
    expect(new Set(first)).toEqual(new Set([200, 500]));
    expect(await draw()).toEqual(first);
  });

  it("may be asked for by a header of the request", async () => {
    expect((await ask("fetch", { headers: { "x-simulator-fault": "status-503" } })).status).toBe(503);
  });

  it("tells how long to wait", async () => {
    simulator.fault("status-429", { delayMs: 1500 });
    const response = await simulator.fetch(`${simulator.baseURL("openai")}/chat/completions`, {
      method: "POST",
      body: JSON.stringify(body),
    });
    expect(response.headers.get("retry-after")).toBe("2");
    expect(response.headers.get("retry-after-ms")).toBe("1500");
  });
});

describe("closing", () => {
  it("ends connections that hang", async () => {
    const closing = simulate();
    await closing.listen();
    closing.fault("no-response");
    const init = { method: "POST", body: JSON.stringify(body) };
    const hanging = Promise.all(
      [fetch, closing.fetch].map((send) =>
        send(`${closing.baseURL("openai")}/chat/completions`, init).catch((error: Error) => error.message),
      ),
    );
    while (closing.requests.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    await closing.close();
    expect(await hanging).toEqual(["fetch failed", "fetch failed"]);
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
