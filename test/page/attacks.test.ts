/** Attacks through a real browser: foreign pages, foreign names, and a catalog and models that want to be markup. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { providerFile } from "../cli/workspace.js";
import { DevUnderTest, launchBrowser } from "./browser.js";

const secret = "sk-this-key-must-stay-in-the-process";

const payloads = [
  "<img src=x onerror=window.hacked=1>",
  "<script>window.hacked=1</script>",
  '"><svg onload=window.hacked=1>',
  "{{constructor.constructor('window.hacked=1')()}}",
  "<iframe srcdoc='<script>parent.hacked=1</script>'>",
  "javascript:window.hacked=1",
];

const hostile = Object.fromEntries(
  payloads.map((payload, i) => [
    `model-${i}${payload}`,
    {
      kind: "chat",
      name: payload,
      input: ["text"],
      output: ["text"],
      features: { tools: true },
      pricing: { currency: "USD", tokens: { input: 1, output: 1 }, source: "javascript:window.hacked=1" },
      rules: [{ when: { stream: true }, params: { topK: false }, note: payload }],
      extra: { payload },
    },
  ]),
);

let browser: Browser;
let dev: DevUnderTest;
const foreign = createServer((_, response) => response.end("<!doctype html><title>evil</title><body>evil</body>"));

beforeAll(async () => {
  browser = await launchBrowser("MAP evil.test 127.0.0.1");
  await new Promise<void>((resolve) => foreign.listen(0, "127.0.0.1", resolve));
  dev = await DevUnderTest.start({
    "catalog/acme.json": providerFile("acme", {
      provider: { name: payloads[0] },
      models: { plain: { kind: "chat" }, ...hostile },
    }),
    "catalog/kept.json": providerFile("kept"),
    ".env": `KEPT_API_KEY=${secret}\n`,
  });
}, 300_000);
afterAll(async () => {
  await browser?.close();
  await dev?.stop();
  foreign.close();
});

describe("a foreign page", () => {
  let before = 0;
  afterEach(async () => expect(await dev.requests()).toBe(before));

  async function evil(host = "127.0.0.1"): Promise<Page> {
    before = await dev.requests();
    const page = await (await browser.newContext()).newPage();
    await page.goto(`http://${host}:${(foreign.address() as AddressInfo).port}/`);
    return page;
  }

  it("reads nothing and reaches no model, whatever form its request has", async () => {
    const page = await evil();
    const outcomes = await page.evaluate(
      async ({ url, token }) => {
        const body = JSON.stringify({ model: "acme/plain", messages: [{ role: "user", content: "hi" }] });
        const chat = `${url}/v1/chat/completions`;
        const read = (path: string, init?: RequestInit) =>
          fetch(url + path, init).then(
            async (response) => (response.type === "opaque" ? "opaque" : `read ${(await response.text()).length}`),
            () => "refused",
          );
        const json = { "content-type": "application/json" };
        const element = (tag: string, set: object) =>
          new Promise<string>((resolve) => {
            const made = Object.assign(document.createElement(tag), set, {
              onload: () => resolve("loaded"),
              onerror: () => resolve("refused"),
            });
            document.body.append(made);
          });
        const form = document.createElement("form");
        Object.assign(form, { method: "post", action: chat, enctype: "text/plain", target: "hidden" });
        form.append(Object.assign(document.createElement("input"), { name: body, value: "" }));
        document.body.append(Object.assign(document.createElement("iframe"), { name: "hidden" }), form);
        form.submit();
        const socket = new Promise<string>((resolve) => {
          const made = new WebSocket(`${url.replace("http", "ws")}/v1/chat/completions`);
          made.onopen = () => resolve("opened");
          made.onerror = () => resolve("refused");
        });
        const events = new Promise<string>((resolve) => {
          const made = new EventSource(`${url}/api/events`);
          made.onopen = () => resolve("opened");
          made.onerror = () => resolve("refused");
        });
        navigator.sendBeacon(chat, body);
        return {
          get: await read("/api/models"),
          json: await read("/v1/chat/completions", { method: "POST", headers: json, body }),
          withToken: await read("/v1/chat/completions", {
            method: "POST",
            headers: { ...json, authorization: `Bearer ${token}` },
            body,
          }),
          simple: await read("/v1/chat/completions", { method: "POST", mode: "no-cors", body }),
          play: await read("/api/play/acme/plain", { method: "POST", headers: json, body: "{}" }),
          page: await read("/"),
          picture: await element("img", { src: `${url}/page/icon.svg` }),
          script: await element("script", { src: `${url}/page/app.js`, type: "module" }),
          socket: await socket,
          events: await events,
        };
      },
      { url: dev.url, token: dev.token },
    );
    // What is opaque was sent, and refused by the server: no request was answered by the gateway.
    const { simple, ...others } = outcomes;
    expect(["opaque", "refused"]).toContain(simple);
    expect(new Set(Object.values(others)), JSON.stringify(others)).toEqual(new Set(["refused"]));
    await page.context().close();
  });

  it("cannot show the page in a frame", async () => {
    const page = await evil();
    const shown = await page.evaluate(async (url) => {
      const frame = document.createElement("iframe");
      frame.src = url;
      const loaded = new Promise((resolve) => frame.addEventListener("load", resolve));
      document.body.append(frame);
      await loaded;
      return frame.contentDocument === null ? "" : frame.contentDocument.body.textContent;
    }, dev.url);
    expect(shown).not.toContain("modelwright");
    expect(page.frames().map((frame) => frame.url())).not.toContain(`${dev.url}/`);
    await page.context().close();
  });

  it("is refused under a name of its own that leads here", async () => {
    before = await dev.requests();
    const page = await (await browser.newContext()).newPage();
    const { port } = new URL(dev.url);
    for (const path of ["/", "/page/app.js", "/api/models"]) {
      const response = await page.goto(`http://evil.test:${port}${path}`);
      expect(response?.status(), path).toBe(403);
      expect(await page.content()).not.toContain("modelwright");
    }
    await page.context().close();
  });
});

describe("a hostile catalog and hostile models", () => {
  it("stay text in every section", async () => {
    const { page, faults } = await dev.open(browser);
    const go = (address: string) => page.evaluate((hash) => location.assign(hash), `#/${address}`);
    const hacked = () => page.evaluate(() => "hacked" in window);
    for (const id of Object.keys(hostile)) {
      expect(await page.getByText(`acme/${id}`, { exact: true }).count(), id).toBeGreaterThan(0);
      const address = id.split("/").map(encodeURIComponent).join("/");
      await go(`model/acme/${address}`);
      await page.waitForSelector(".types");
      expect(await page.textContent("h1:visible")).toBe(id);
      expect(await page.locator('a[href^="javascript:"]').count()).toBe(0);
      await go(`play/acme/${address}`);
      await page.waitForSelector("[data-control=system]");
      // The simulated model says again what it was told.
      await page.fill("#compose textarea", payloads.join("\n"));
      await page.press("#compose textarea", "Enter");
      await expect
        .poll(() => page.locator(".answer .text").last().textContent())
        .toContain("<script>window.hacked=1</script>");
      await go("requests");
      await page.waitForSelector("#log tr td");
      await go("models");
      await page.waitForSelector("[data-row]");
    }
    dev.there.write("catalog/acme.json", `{ "catalogVersion": ${payloads[0]} }`);
    await page.waitForSelector("#problems .line.at");
    expect(await page.locator("img[src=x]").count()).toBe(0);
    expect(await hacked()).toBe(false);
    expect(await faults()).toEqual([]);
    await page.context().close();
  });

  it("would be stopped by the policy even if the page had a hole", async () => {
    const { page, faults } = await dev.open(browser);
    const outcome = await page.evaluate(() => {
      try {
        document.body.innerHTML = "<img src=x onerror=window.hacked=1>";
        return "taken";
      } catch (error) {
        return (error as Error).name;
      }
    });
    expect(outcome).toBe("TypeError");
    expect((await faults()).join()).toContain("require-trusted-types-for");
    await page.context().close();
  });
});

describe("secrets", () => {
  it("are in nothing that the browser gets", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const bodies: Promise<string>[] = [];
    page.on("response", (response) => {
      if (!response.url().includes("/api/events")) bodies.push(response.text().catch(() => ""));
    });
    await page.goto(`${dev.url}/#token=${dev.token}`);
    await page.waitForSelector("[data-row]");
    const sections = { "model/kept/one-1": ".types", "play/kept/one-1": "[data-control]", state: "#providers tr" };
    for (const [section, shown] of Object.entries(sections)) {
      await page.evaluate((hash) => location.assign(hash), `#/${section}`);
      await page.waitForSelector(shown);
    }
    const told = [
      ...(await Promise.all(bodies)),
      await page.content(),
      await dev.get("/api/events?once"),
      await dev.get("/metrics"),
    ];
    expect(told.length).toBeGreaterThan(15);
    expect(told.join("\n")).not.toContain(secret);
    expect(page.url()).not.toContain(dev.token);
    expect(await page.content()).not.toContain(dev.token);
    await context.close();
  });

  it("are asked for by a page that has no token, which then shows nothing", async () => {
    const page = await (await browser.newContext()).newPage();
    await page.goto(dev.url);
    await page.waitForSelector('[name="token"]:visible');
    expect(await page.locator("[data-row]").count()).toBe(0);
    await page.fill('[name="token"]', "wrong");
    await page.click("#ask button");
    await expect.poll(() => page.textContent("#ask-problem")).toContain("not the token");
    await page.fill('[name="token"]', dev.token);
    await page.click("#ask button");
    await page.waitForSelector("[data-row]");
    await page.context().close();
  });
});
