/** Films through a gateway: whose they are, how they fail, and how their bytes reach the client. */
import { describe, expect, it } from "vitest";
import { openai } from "../../generated/openai.js";
import { createAccess, createGateway } from "../../src/server.js";
import { type Json, jsonRequest } from "./support.js";

const film = new Uint8Array([0, 0, 0, 24, 102, 116, 121, 112]);

/** A provider that answers as `script` says: one status of the job per question. */
async function startStudio(script: readonly Json[]) {
  const asked: string[] = [];
  const states = [...script];
  const provider = openai.create({
    apiKey: "sk-upstream",
    env: {},
    retry: false,
    fetch: async (input: RequestInfo | URL, init?: RequestInit) => {
      const { pathname } = new URL(input instanceof Request ? input.url : input);
      asked.push(`${init?.method ?? "GET"} ${pathname}`);
      if (pathname.endsWith("/content")) return new Response(film, { headers: { "content-type": "video/mp4" } });
      if (pathname.endsWith("/videos")) return Response.json({ id: "theirs", status: "queued" });
      return Response.json(states.length > 1 ? states.shift() : states[0]);
    },
  });
  const role = { models: ["*"] };
  const access = createAccess({ roles: { any: role }, keys: [] });
  const [ours, foreign] = await Promise.all(
    ["ours", "foreign"].map((tenant) => access.issue({ name: "key", tenant, roles: ["any"] })),
  );
  const gateway = createGateway({ models: { providers: [provider] }, access });
  const ask = (method: string, path: string, key = ours?.secret): Promise<Response> =>
    gateway.fetch(
      new Request(`http://gateway.test/v1${path}`, { method, headers: { authorization: `Bearer ${key}` } }),
    );
  const order = async (body: Json = {}): Promise<Response> =>
    gateway.fetch(
      jsonRequest(
        "/videos",
        { model: "openai/sora-2", prompt: "rain", ...body },
        { authorization: `Bearer ${ours?.secret}` },
      ),
    );
  return { asked, ask, order, stranger: foreign?.secret };
}

const done = { id: "theirs", status: "completed", seconds: "4" };

describe("a film", () => {
  it("is fetched by the gateway where its address wants the provider's key", async () => {
    const { ask, order, asked } = await startStudio([{ id: "theirs", status: "in_progress", progress: 40 }, done]);
    const { id } = (await (await order()).json()) as Json;
    const early = await ask("GET", `/videos/${id}/content`);
    expect([early.status, ((await early.json()) as Json).error.message]).toEqual([
      409,
      expect.stringContaining("running"),
    ]);
    const status = await ask("GET", `/videos/${id}`);
    expect(await status.text()).not.toMatch(/api\.openai\.com|theirs/);
    expect(status.headers.get("x-modelwright-cost")).toMatch(/^0\.4 USD/);
    const content = await ask("GET", `/videos/${id}/content`);
    expect(content.headers.get("content-type")).toBe("video/mp4");
    expect(new Uint8Array(await content.arrayBuffer())).toEqual(film);
    expect(asked.filter((line) => line.startsWith("POST"))).toHaveLength(1);
  });

  it("is there for the tenant that ordered it, and for nobody else", async () => {
    const { ask, order, stranger } = await startStudio([done]);
    const { id } = (await (await order()).json()) as Json;
    for (const [method, path] of [
      ["GET", ""],
      ["GET", "/content"],
      ["DELETE", ""],
    ] as const)
      expect((await ask(method, `/videos/${id}${path}`, stranger)).status).toBe(404);
    expect((await ask("GET", `/videos/${id}`)).status).toBe(200);
    expect((await ask("GET", "/videos/theirs")).status).toBe(404);
  });

  it("that failed is told as one, with the reason", async () => {
    const { ask, order } = await startStudio([{ id: "theirs", status: "failed", error: { message: "too dark" } }]);
    const { id } = (await (await order()).json()) as Json;
    const answer = await ask("GET", `/videos/${id}`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      id,
      status: "failed",
      error: { message: expect.stringContaining("too dark") },
    });
  });

  it("is refused before it is ordered where the model does not make it", async () => {
    const { order, asked } = await startStudio([done]);
    const long = await order({ seconds: "3600" });
    expect([long.status, ((await long.json()) as Json).error.param]).toEqual([400, "seconds"]);
    expect((await order({ model: "openai/gpt-4.1" })).status).toBe(400);
    expect(asked).toEqual([]);
  });
});
