/** Which model is meant: named, from the environment, the default, or what is left, and each says so. */
import { afterEach, expect, test, vi } from "vitest";
import { modelResolver } from "../../src/registry.js";
import { changeable, models, registryOf, until } from "./support.js";

afterEach(() => {
  vi.unstubAllEnvs();
});

test("the caller decides, then the environment, then the default, then what is still listed", async () => {
  const source = changeable(models({ own: { kind: "chat" } }));
  const registry = await registryOf({ sources: [source] });
  const resolver = modelResolver(registry, {
    env: "OUR_MODEL",
    default: "acme/own",
    fallbacks: ["acme/x", "acme/big"],
  });
  expect(resolver.resolve("acme/anything")).toEqual({ id: "acme/anything", source: "explicit" });
  expect(resolver.resolve()).toEqual({ id: "acme/own", source: "default" });
  for (const word of ["auto", "default", "provider_default", ""])
    expect(resolver.resolve(word)).toEqual({ id: "acme/own", source: "default" });
  vi.stubEnv("OUR_MODEL", " acme/small\r\n");
  expect(resolver.resolve()).toEqual({ id: "acme/small", source: "environment" });
  vi.stubEnv("OUR_MODEL", "");
  source.set(models({}));
  await until(() => registry.get("acme/own") === undefined);
  expect(resolver.resolve()).toEqual({ id: "acme/big", source: "fallback" });
});

test("when nothing decides, it says what it tried", async () => {
  const registry = await registryOf();
  expect(() => modelResolver(registry, { env: "OUR_MODEL" }).resolve()).toThrow("OUR_MODEL is not set");
  const resolver = modelResolver(registry, { env: "OUR_MODEL", default: "acme/gone", fallbacks: ["acme/off"] });
  expect(() => resolver.resolve()).toThrow('the registry lists none of "acme/gone", "acme/off"');
});
