/** Base URLs keep their origin whatever stands in a variable; errors print names, not values. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joinURL, parseBaseURL, resolveBaseURL } from "../../src/transport/url.js";

function place(name: string): string {
  return `\${${name}}`;
}

const templates: [string, RegExp][] = [
  [`https://${place("v")}.openai.azure.com/openai/v1`, /\.openai\.azure\.com$/],
  [`https://${place("v")}-aiplatform.googleapis.com/v1`, /-aiplatform\.googleapis\.com$/],
  [`https://api.test/accounts/${place("v")}/ai`, /^api\.test$/],
];

describe("resolveBaseURL", () => {
  it("never leaves the declared origin, for any text in a variable", () => {
    const ascii = fc.string({
      unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
      minLength: 1,
    });
    const hostile = fc.constantFrom(
      "evil.com#",
      "evil.com?",
      "evil.com/",
      "a@evil.com",
      "evil.com\\",
      "%2f",
      "..",
      "a/../..",
      "\t",
      "evil.com:1",
      "é.com",
    );
    for (const [template, host] of templates)
      fc.assert(
        fc.property(
          fc.oneof(
            ascii,
            hostile,
            fc.tuple(ascii, hostile).map((pair) => pair.join("")),
          ),
          (value) => {
            let url: URL;
            try {
              url = resolveBaseURL(template, () => value);
            } catch (error) {
              expect(error).toMatchObject({ code: "invalid-configuration" });
              return;
            }
            expect(url.protocol).toBe("https:");
            expect(url.host).toMatch(host);
            expect(url.username + url.password + url.hash + url.search + url.port).toBe("");
            const segments = template.split("/").length - 3;
            expect(url.pathname.split("/").length - 1).toBe(segments);
          },
        ),
        { numRuns: 2000 },
      );
  });

  it("refuses each single ASCII character that is no letter, digit, dot, dash or underscore", () => {
    for (let code = 0; code < 128; code += 1) {
      const character = String.fromCharCode(code);
      const resolve = () => resolveBaseURL(`https://api.test/${place("v")}`, () => `a${character}b`);
      if (/[\w.-]/.test(character)) expect(resolve().host).toBe("api.test");
      else expect(resolve).toThrow("the value of 'v' cannot stand in a URL");
    }
  });

  it("takes a whole URL where the template begins with the variable", () => {
    const template = `${place("endpoint")}/openai/v1`;
    expect(resolveBaseURL(template, () => "https://my.test/base/").href).toBe("https://my.test/base/openai/v1");
    expect(() => resolveBaseURL(template, () => "my.test")).toThrow("the value of 'endpoint' is not an absolute URL");
  });

  it("names a variable without a value", () => {
    expect(() => resolveBaseURL(`https://${place("v")}.test`, () => "")).toThrow("needs a value for 'v'");
  });
});

describe("parseBaseURL", () => {
  it.each([
    ["not a url?key=secret", "the base URL is not an absolute URL"],
    ["ftp://secret.test", "the base URL must begin with https:// or http://"],
    ["https://user:secret@a.test", "the base URL must not contain credentials"],
    ["https://a.test/#secret", "the base URL must not contain a fragment"],
  ])("refuses %s without printing it", (text, message) => {
    expect(() => parseBaseURL(text, "the base URL")).toThrow(expect.objectContaining({ message }));
  });
});

describe("joinURL", () => {
  it.each([
    ["https://a.test", "/chat", "https://a.test/chat"],
    ["https://a.test/v1/", "/chat", "https://a.test/v1/chat"],
    ["https://a.test/v1?api-version=2", "/chat?alt=sse", "https://a.test/v1/chat?api-version=2&alt=sse"],
    ["https://a.test/v1?tag=0&v=1", "/listen?tag=1&tag=2", "https://a.test/v1/listen?v=1&tag=1&tag=2"],
    ["https://a.test/v1", "/models/a%2Fb:run", "https://a.test/v1/models/a%2Fb:run"],
  ])("%s and %s give %s", (base, path, expected) => {
    expect(joinURL(new URL(base), path).href).toBe(expected);
  });
});
