/** Media by URL for models that take bytes only: fetched when asked for, bounded, and typed as before. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeEach, expect, it } from "vitest";
import { providerOllama } from "../../generated/ollama.js";
import { assistant, audio, image, inlineMedia, pdf, user } from "../../src/index.js";
import { createSimulator } from "../../src/testing.js";
import { png } from "../kinds/simulated.js";

const asked: string[] = [];
const server = createServer(({ url = "", headers }, response) => {
  asked.push(`${url} ${headers.authorization ?? ""}`);
  if (url.startsWith("/moved")) return void response.writeHead(302, { location: "/a.png" }).end();
  if (url.startsWith("/gone")) return void response.writeHead(404).end();
  const type = url.endsWith(".png") ? "image/png; charset=binary" : "application/octet-stream";
  response.writeHead(200, { "content-type": type }).end(png);
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const at = (path: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
const simulator = createSimulator({ providers: [providerOllama.facts] });
await simulator.listen();
beforeEach(() => {
  asked.length = 0;
  simulator.reset();
});
afterAll(async () => {
  server.close();
  await simulator.close();
});

it("lets a model that takes no URLs see what lies at one", async () => {
  const model = providerOllama.create({ baseURL: simulator.baseURL("ollama"), env: {} })("gemma3:4b");
  const messages = [user("What is this?", image(at("/a.png")))];
  await expect(model.chat({ messages })).rejects.toMatchObject({ code: "unsupported" });
  await model.chat({ messages: await inlineMedia(messages) });
  expect(simulator.requests.at(-1)?.body).toMatchObject({ messages: [{ images: [expect.stringMatching(/^iVBOR/)] }] });
});

it("asks for each address once, without a key, and leaves everything else as it is", async () => {
  const text = user("Hi");
  const own = image(png);
  const messages = [text, user("a", image(at("/a.png")), image(new URL(at("/a.png"))), own), assistant("b")];
  const [first, second] = await inlineMedia([...messages, user(pdf(at("/doc")), audio("AAAA"))]);
  expect(asked.sort()).toEqual(["/a.png ", "/doc "]);
  expect(first).toBe(text);
  const picture = { type: "image", image: png, mediaType: "image/png" };
  expect(second?.content).toEqual([{ type: "text", text: "a" }, picture, picture, own]);
});

it("refuses what is too large, moved, gone or not allowed, and names no path", async () => {
  const load = (path: string, options = {}) => inlineMedia([user(image(at(path)))], options);
  const calls = [
    [() => load("/a.png?token=secret", { maxBytes: 10 }), "invalid-response", "more than 10 bytes"],
    [() => load("/moved?token=secret"), "network", "cannot be had"],
    [() => load("/gone?token=secret"), "network", "answered with 404"],
    [
      () => load("/never?token=secret", { allow: ({ protocol }: URL) => protocol === "https:" }),
      "network",
      "not allowed",
    ],
    [() => load("/a.png?token=secret", { signal: AbortSignal.abort() }), "aborted", "no longer wanted"],
  ] as const;
  for (const [call, code, words] of calls) {
    const error = await call().then(
      () => expect.unreachable("it was loaded"),
      (error: Error) => error,
    );
    expect(error).toMatchObject({ name: "TransportError", code });
    expect(error.message).toContain(words);
    expect(error.message).not.toContain("secret");
  }
  expect(asked.some((request) => request.includes("never"))).toBe(false);
});
