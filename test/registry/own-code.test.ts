/** Code of the program's own in the place of what a catalog says: providers, models and functions that are added while it runs. */
import { describe, expect, test } from "vitest";
import type { Cost } from "../../src/chat/cost.js";
import type { ChatHandle } from "../../src/client/handle.js";
import type { Hooks } from "../../src/client/hooks.js";
import { failover, ModelwrightError } from "../../src/index.js";
import { liveModels } from "../../src/registry.js";
import { answers, fails, key, plainModel, provider, serve } from "../client/support.js";
import { acme, changeable, models, price, project, registryOf } from "./support.js";

const says = async (content: string) => (await serve(answers({ content }))).url;
const ask = async (model: unknown) => (await (model as ChatHandle).chat({ messages: "hi" })).text;

describe("a provider added at run time", () => {
  const named = async (answer: string) => provider(await says(answer), {}, { facts: { id: "late" } });

  test("serves calls at once, and is not replaced by accident", async () => {
    const registry = await registryOf();
    registry.addProvider(await named("first"));
    const model = registry.model("late/anything");
    expect(await ask(model)).toBe("first");
    const second = await named("second");
    expect(() => registry.addProvider(second)).toThrow('there is a provider "late" already');
    expect(await ask(model)).toBe("first");
    registry.addProvider(second, { replace: true });
    expect(await ask(model)).toBe("second");
  });

  test("keeps its models apart from those of the same name elsewhere", async () => {
    const registry = await registryOf({ providers: { acme: acme(await says("acme's")) } });
    registry.addProvider(provider(await says("other's"), { big: plainModel }, { facts: { id: "other" } }));
    expect(await ask(registry.model("acme/big"))).toBe("acme's");
    expect(await ask(registry.model("other/big"))).toBe("other's");
    expect(() => registry.model("big")).toThrow("acme/big, other/big");
  });

  test("is out of lists and calls while a document switches it off", async () => {
    const source = changeable(models({}));
    const registry = await registryOf({ providers: { acme: acme(await says("here")) }, sources: [source] });
    const big = registry.model("acme/big");
    expect(await ask(big)).toBe("here");
    const next = registry.changes()[Symbol.asyncIterator]();
    source.set(models({}, { enabled: false }));
    expect((await next.next()).value).toMatchObject({ removed: ["acme/big", "acme/small"] });
    expect(registry.list()).toEqual([]);
    await expect(ask(big)).rejects.toMatchObject({ code: "unknown-provider" });
    source.set(models({}));
    await next.next();
    expect(await ask(big)).toBe("here");
  });
});

describe("a model bound to a handle", () => {
  test("is served by it, through every handle and route, until that ends or the model goes", async () => {
    const registry = await registryOf({ providers: { acme: acme(await says("acme's")) } });
    const own = provider(await says("mine"), { m: plainModel }, { facts: { id: "own" } })("m");
    const before = registry.providers.acme("big");
    const end = registry.bind("acme/big-latest", own as ChatHandle);
    expect(await ask(before)).toBe("mine");
    expect(await ask(registry.model("acme/big"))).toBe("mine");
    expect(await ask(failover([before] as never[]))).toBe("mine");
    expect(await ask(registry.model("acme/small"))).toBe("acme's");
    await registry.addSource(project({ big: null }, "gone"));
    await expect(ask(before)).rejects.toThrow("acme/big was removed from the registry");
    await registry.removeSource("gone");
    end();
    expect(await ask(before)).toBe("acme's");
  });

  test("must be listed, and the handle of the same kind and not the registry's own", async () => {
    const registry = await registryOf();
    const [chat, embedding] = [{ kind: "chat" }, { kind: "embedding" }];
    expect(() => registry.bind("acme/bgi", chat)).toThrow(/no catalog lists "acme\/bgi".*big/);
    for (const handle of [embedding, registry.model("acme/small") as unknown as { readonly kind: string }])
      expect(() => registry.bind("acme/big", handle)).toThrow("is served by the handle of a chat model");
  });
});

describe("functions given with a provider", () => {
  test("all take effect: request, wire body, answer, failure, and the loader of its models", async () => {
    const listed = { object: "list", data: [{ id: "found" }] };
    const server = await serve(
      (_body, response) => void response.end(JSON.stringify(listed)),
      answers({ content: "a" }),
      fails(400, { error: { message: "quota of the house", type: "own" } }),
    );
    const hooks: Hooks = {
      onRequest: (request) => ({ ...request, params: { ...request.params, temperature: 1 } }),
      onWireRequest: (body) => ({ ...(body as object), own: true }),
      onResponse: (reply) => ({ ...reply, text: `${reply.text}!` }),
      onError: (error) => {
        throw new ModelwrightError("quota-exceeded", "no money left", { cause: error });
      },
    };
    const facts = { id: "own", assume: "permissive" } as const;
    const own = provider(server.url, {}, { facts, options: { hooks, headers: { "x-own": "1" } } });
    const registry = await registryOf({ providers: { own }, sources: [liveModels(own)] });
    expect(registry.list("own").map(({ id }) => id)).toEqual(["own/found"]);
    expect(await ask(registry.model("own/found"))).toBe("a!");
    expect(JSON.parse(server.received[1]?.body ?? "")).toMatchObject({ temperature: 1, own: true });
    expect(server.received[1]?.headers).toMatchObject({ "x-own": "1", authorization: `Bearer ${key}` });
    await expect(ask(registry.model("own/found"))).rejects.toMatchObject({ code: "quota-exceeded" });
  });

  test("for failures run in their order: the first that answers or throws is the last", async () => {
    const seen: string[] = [];
    const handler = (name: string, throws: boolean): Hooks => ({
      onError: ({ code }) => {
        seen.push(`${name} ${code}`);
        if (throws) throw new Error(name);
      },
    });
    const server = await serve(fails(400, {}));
    const hooks = [handler("first", false), handler("second", true), handler("third", false)];
    const own = provider(server.url, { m: plainModel }, { facts: { id: "own" }, options: { hooks } });
    await expect(ask(own("m"))).rejects.toThrow("second");
    expect(seen).toEqual(["first provider-rejected", "second provider-rejected"]);
  });
});

test("a price that changes holds for later calls; replies of before keep theirs", async () => {
  const server = await serve(answers({ content: "a" }));
  const source = changeable(models({}));
  const registry = await registryOf({ providers: { acme: acme(server.url) }, sources: [source] });
  const big = registry.model("acme/big") as unknown as ChatHandle;
  const costs: Cost[] = [];
  const pay = async () => void costs.push((await big.chat({ messages: "hi" })).cost);
  await pay();
  const [first] = structuredClone(costs);
  const next = registry.changes()[Symbol.asyncIterator]();
  source.set(models({ big: { pricing: price(4, 16) } }));
  await next.next();
  await pay();
  expect(costs.map((cost) => cost.state === "known" && cost.amount / amountOf(first))).toEqual([1, 2]);
});

function amountOf(cost: Cost | undefined): number {
  if (cost?.state !== "known") throw new Error("the cost is not known");
  return cost.amount;
}
