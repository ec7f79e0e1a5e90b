/** `batch`: order, bounded concurrency, failures apart, abort. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { batch } from "../../src/client/batch.js";
import { ProviderError } from "../../src/errors.js";
import { answers, chatModel, embeddingModel, fails, plainModel, serve } from "./support.js";

describe("batch", () => {
  it("keeps the order and the bound, whatever ends first and whatever fails", async () => {
    const item = fc.record({ turns: fc.integer({ min: 1, max: 5 }), ok: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.array(item, { maxLength: 30 }),
        fc.integer({ min: 1, max: 6 }),
        async (items, concurrency) => {
          let running = 0;
          let most = 0;
          const seen: number[] = [];
          const { results, values, failed, successRate } = await batch(
            items,
            async ({ turns, ok }, { index }) => {
              most = Math.max(most, ++running);
              for (let turn = 0; turn < turns; turn++) await Promise.resolve();
              running -= 1;
              if (!ok) throw new Error(`failed ${index}`);
              return index;
            },
            { concurrency, onProgress: ({ done, total, index }) => seen.push(done, total, index) },
          );
          expect(most).toBe(Math.min(concurrency, items.length));
          expect(results).toEqual(
            items.map(({ ok }, index) =>
              ok
                ? { status: "fulfilled", value: index }
                : { status: "rejected", reason: expect.objectContaining({ message: `failed ${index}` }) },
            ),
          );
          expect(values).toEqual(items.flatMap(({ ok }, index) => (ok ? [index] : [])));
          expect(failed).toBe(items.filter(({ ok }) => !ok).length);
          expect(successRate).toBe(items.length === 0 ? 1 : values.length / items.length);
          expect(seen.filter((_, i) => i % 3 === 0)).toEqual(items.map((_, i) => i + 1));
        },
      ),
    );
  });

  it("serves chats and embeddings alike, and names the one that failed", async () => {
    const server = await serve((body, response, received) => {
      const bad = JSON.stringify(body).includes("bad");
      return (bad ? fails(400, { error: { message: "no" } }) : answers({ content: "Hi" }))(body, response, received);
    });
    const model = chatModel(server.url);
    const texts = ["one", "bad", "three"];
    const report = await batch(texts, (text, { signal }) => model.chat({ messages: text, signal }), { concurrency: 2 });
    expect(report.values.map(({ text }) => text)).toEqual(["Hi", "Hi"]);
    expect(report.successRate).toBeCloseTo(2 / 3);
    const second = report.results[1];
    expect(second?.status === "rejected" && second.reason).toBeInstanceOf(ProviderError);

    const vectors = await serve((_body, response) => {
      const data = [{ index: 0, embedding: [1, 2] }];
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ data, usage: {} }));
    });
    const embedding = embeddingModel(vectors.url, {});
    const { values } = await batch(["a", "b"], (input) => embedding.embed({ input }));
    expect(values.map(({ embeddings }) => embeddings)).toEqual([[[1, 2]], [[1, 2]]]);
  });

  it("ends with its signal: aborts what runs, begins nothing more, keeps what is done", async () => {
    const controller = new AbortController();
    const silent = await serve(answers({ content: "Hi" }), () => controller.abort(new Error("enough")));
    const model = chatModel(silent.url, plainModel);
    const { results, failed } = await batch(
      ["a", "b", "c", "d"],
      (messages, { signal }) => model.chat({ messages, signal }),
      { concurrency: 1, signal: controller.signal },
    );
    expect(results[0]).toMatchObject({ status: "fulfilled", value: { text: "Hi" } });
    expect(results.slice(1)).toMatchObject(Array(3).fill({ status: "rejected", reason: { code: "aborted" } }));
    expect([failed, silent.received.length]).toEqual([3, 2]);
  });

  it("begins nothing when its signal is aborted already", async () => {
    let begun = 0;
    const { failed } = await batch([1, 2], () => ++begun, { signal: AbortSignal.abort() });
    expect([begun, failed]).toEqual([0, 2]);
  });

  it("refuses a concurrency that is none, and hands on what onProgress throws", async () => {
    await expect(batch([1], () => 1, { concurrency: 0 })).rejects.toMatchObject({ code: "invalid-configuration" });
    const onProgress = () => {
      throw new Error("full disk");
    };
    let begun = 0;
    await expect(batch([1, 2, 3], () => ++begun, { concurrency: 1, onProgress })).rejects.toThrow("full disk");
    expect(begun).toBe(1);
  });
});
