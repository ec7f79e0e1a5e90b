/** Signatures against Amazon's published examples, and what is signed of a Bedrock request. */
import { describe, expect, it, vi } from "vitest";
import { signAwsRequest } from "../../src/transport/sigv4.js";

const example = {
  credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" },
  service: "service",
  region: "us-east-1",
  at: Date.UTC(2015, 7, 30, 12, 36, 0),
};

/** Of the published examples of temporary credentials. */
const sessionToken =
  "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";

interface Example {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string;
  readonly signing?: Partial<typeof example>;
  readonly sessionToken?: string;
}

async function signed({ method = "GET", path = "/", headers = {}, body, signing, sessionToken: token }: Example) {
  const request = { method, url: new URL(path, "https://example.amazonaws.com"), headers: { ...headers }, body };
  const credentials = { ...example.credentials, ...(token === undefined ? {} : { sessionToken: token }) };
  await signAwsRequest(request, { ...example, credentials, ...signing });
  return request.headers as { readonly [name: string]: string };
}

describe("a signature", () => {
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html, the test suite of version 4
  it.each<[string, Example, string]>([
    ["get-vanilla", {}, "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"],
    ["post-vanilla", { method: "POST" }, "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"],
    [
      "get-vanilla-query-order-key-case",
      { path: "/?Param2=value2&Param1=value1" },
      "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    ],
    [
      "get-header-value-trim",
      { headers: { "my-header1": " value1", "my-header2": ' "a   b   c"' } },
      "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
    ],
    [
      "post-header-key-sort",
      { method: "POST", headers: { "my-header1": "value1" } },
      "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
    ],
    [
      "post-sts-header-before",
      { method: "POST", sessionToken },
      "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead",
    ],
  ])("of %s is the published one", async (_name, request, signature) => {
    const { authorization } = await signed(request);
    expect(authorization?.split("Signature=")[1]).toBe(signature);
  });

  it("names date, scope and what it covers, and leaves the other headers as they are", async () => {
    const headers = await signed({ method: "POST", headers: { "content-type": "application/json" }, body: "{}" });
    expect(Object.keys(headers)).toEqual(["content-type", "x-amz-date", "authorization"]);
    expect(headers["x-amz-date"]).toBe("20150830T123600Z");
    expect(headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20150830\/us-east-1\/service\/aws4_request, SignedHeaders=host;x-amz-date, Signature=[0-9a-f]{64}$/,
    );
  });

  it("changes with the body, the path, the region, the service, the time and the token", async () => {
    const base: Example = { method: "POST", path: "/model/a%3A0/converse", body: "{}" };
    const variants: readonly Example[] = [
      base,
      { ...base, body: "{} " },
      { ...base, path: "/model/a:0/converse" },
      { ...base, signing: { region: "eu-west-1" } },
      { ...base, signing: { service: "bedrock" } },
      { ...base, signing: { at: example.at + 1000 } },
      { ...base, sessionToken },
    ];
    const signatures = await Promise.all(variants.map(async (variant) => (await signed(variant)).authorization));
    expect(new Set(signatures).size).toBe(variants.length);
  });

  it("refuses credentials that no header can hold, without naming them", async () => {
    const request = signed({ sessionToken: "q7\nz9" });
    await expect(request).rejects.toMatchObject({ code: "invalid-configuration" });
    await expect(request).rejects.not.toThrow(/q7|z9/);
  });

  it("without the package says what to install", async () => {
    vi.resetModules();
    vi.doMock("aws4fetch", () => {
      throw new Error("not installed");
    });
    const { signAwsRequest: sign } = await import("../../src/transport/sigv4.js");
    const request = { method: "GET", url: new URL("https://example.amazonaws.com"), headers: {}, body: undefined };
    await expect(sign(request, example)).rejects.toMatchObject({
      code: "invalid-configuration",
      message: expect.stringContaining("npm install aws4fetch"),
    });
    vi.doUnmock("aws4fetch");
  });
});
