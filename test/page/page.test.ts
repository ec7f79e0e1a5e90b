/** The page in Chromium: what people do with it, while the catalog changes under it. */
import { readFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type DevPage, DevUnderTest, launchBrowser, layoutShift, screenshot } from "./browser.js";
import { acme, models } from "./catalog.js";

let browser: Browser;
let dev: DevUnderTest;
let open: DevPage;
let page: Page;

beforeAll(async () => {
  browser = await launchBrowser();
  // Nobody listens there: a provider that is real, and down.
  const down = { provider: { id: "down", baseURL: "http://127.0.0.1:9/v1" } };
  const dead = JSON.parse(JSON.stringify(acme()).replaceAll("ACME", "DOWN"));
  dev = await DevUnderTest.start({
    "catalog/acme.json": acme(),
    "catalog/down.json": { ...dead, provider: { ...dead.provider, ...down.provider, name: "Down" } },
    ".env": "DOWN_API_KEY=sk-never-to-be-seen\n",
  });
}, 300_000);
afterAll(async () => {
  await browser?.close();
  await dev?.stop();
});
beforeEach(async () => {
  open = await dev.open(browser);
  page = open.page;
});
afterEach(async () => {
  expect(await open.faults()).toEqual([]);
  await page.context().close();
});

const go = (address: string) => page.evaluate((hash) => location.assign(hash), `#/${address}`);
const rows = () => page.locator("[data-row]").allTextContents();

async function say(prompt: string): Promise<void> {
  await page.fill("#compose textarea", prompt);
  const answered = page.waitForResponse((response) => response.url().includes("/api/play/"));
  await page.press("#compose textarea", "Enter");
  await (await answered).finished();
  await page.locator(".answer:not([aria-busy])").last().waitFor();
}

describe("the list of models", () => {
  it("filters by text, kind and capability", async () => {
    expect((await rows()).length).toBe(6);
    await page.fill('[name="text"]', "acme/lar");
    await expect.poll(rows).toEqual(["acme/large"]);
    await page.fill('[name="text"]', "");
    await page.selectOption('[name="kind"]', "embedding");
    await expect.poll(rows).toEqual(["acme/vectors", "down/vectors"]);
    await page.selectOption('[name="kind"]', "");
    await page.click('[data-capability="tools"]');
    await page.selectOption('[name="provider"]', "acme");
    await expect.poll(rows).toEqual(["acme/large"]);
    expect(await page.textContent("#count")).toBe("1 of 6");
  });

  it("is used without a mouse", async () => {
    await page.keyboard.press("/");
    await page.keyboard.type("acme");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("c");
    await expect.poll(() => page.textContent("#compare-chosen")).toBe("Compare 1");
    await page.keyboard.press("Enter");
    await page.waitForSelector("h1:text-is('small')");
    expect(page.url()).toContain("#/model/acme/small");
  });

  it("says which providers are simulated", async () => {
    const behind = await page.locator(".row .behind").allTextContents();
    expect(behind).toEqual(["simulated", "simulated", "simulated", "real", "real", "real"]);
  });
});

describe("the page of a model", () => {
  it("shows the generated type, the refusals, and where each fact is stated", async () => {
    await page.click('a:text-is("acme/large")');
    await expect.poll(() => page.textContent(".types")).toContain('acme("large"): ChatModel<');
    expect(await page.textContent(".types")).toMatch(
      /acme\("large"\): ChatModel<\w+, "large">;[\s\S]*can: .*"image".*"tools"/,
    );
    expect(await page.textContent('[data-view="model"]')).toContain("does not accept audio input");
    const line =
      dev.there
        .read("catalog/acme.json")
        .split("\n")
        .findIndex((text) => text.includes('"context": 200000')) + 1;
    const fact = page.locator(".facts-table tr", { hasText: "limits.context" });
    await expect.poll(() => fact.textContent()).toContain(`catalog/acme.json:${line}`);
    await screenshot(page, "light-model");
  });
});

describe("the playground", () => {
  const controls = () =>
    page.locator("[data-control]").evaluateAll((all) => all.map((each) => each.getAttribute("data-control")));

  it("has the controls that the model accepts, and no others", async () => {
    await go("play/acme/small");
    await expect.poll(controls).toEqual(["system", "maxOutputTokens"]);
    await go("play/acme/large");
    await expect
      .poll(controls)
      .toEqual([
        "system",
        "image",
        "reasoning.effort",
        "reasoning.enabled",
        "maxOutputTokens",
        "temperature",
        "topP",
        "tools",
        "output",
      ]);
    await page.selectOption('[id="field-reasoning.effort"]', "high");
    await expect
      .poll(() => page.textContent('[data-control="temperature"] small'))
      .toContain("only while reasoning is off");
    expect(await page.isDisabled("#field-temperature")).toBe(true);
    await page.selectOption('[id="field-reasoning.effort"]', "none");
    await expect.poll(() => page.isDisabled("#field-temperature")).toBe(false);
  });

  it("streams the answer in place, with its figures and the same request as code", async () => {
    await go("play/acme/large");
    await page.waitForSelector("#field-temperature");
    await page.fill("#field-temperature", "0.5");
    await page.evaluate(() => {
      const lengths = new Set<number>();
      (window as typeof window & { lengths?: Set<number> }).lengths = lengths;
      new MutationObserver(() => lengths.add(document.querySelector(".text")?.textContent?.length ?? 0)).observe(
        document.querySelector("#said") as Element,
        { subtree: true, characterData: true, childList: true },
      );
    });
    const before = await layoutShift(page);
    await say(`Repeat: ${"word ".repeat(120)}`);
    expect(await layoutShift(page)).toBe(before);
    const steps = await page.evaluate(() => (window as typeof window & { lengths?: Set<number> }).lengths?.size ?? 0);
    expect(steps).toBeGreaterThan(3);
    expect(await page.textContent(".answer .text")).toContain("[simulated] large received 1 messages");
    for (const name of ["first", "time"])
      await expect.poll(() => page.textContent(`[data-figure="${name}"]`)).toMatch(/\d (ms|s)$/);
    for (const name of ["in", "out"])
      expect(Number(await page.textContent(`[data-figure="${name}"]`))).toBeGreaterThan(0);
    expect(await page.textContent('[data-figure="cost"]')).toMatch(/^\$0\.\d+$/);
    expect(await page.textContent("#code")).toMatch(
      /import \{ acme } from ".\/generated\/acme.js";[\s\S]*temperature: 0.5,/,
    );
    await page.click("#tab-curl");
    expect(await page.textContent("#code")).toContain(`${dev.url}/v1/chat/completions`);
    expect(await page.textContent("#code")).not.toContain(dev.token);
    await screenshot(page, "light-playground");
  });

  it("goes on with the conversation, and shows a refusal as the model's sentence", async () => {
    await go("play/acme/small");
    await say("one");
    await say("two");
    await expect.poll(() => page.locator(".answer .text").last().textContent()).toContain("received 3 messages");
    await page.fill("#field-maxOutputTokens", "5000");
    await say("three");
    expect(await page.textContent(".answer .bad")).toContain("maxOutputTokens must be");
  });

  it("embeds", async () => {
    await go("play/acme/vectors");
    await page.fill("#field-dimensions", "16");
    await say("something");
    expect(await page.textContent(".answer .mono")).toContain("16 dimensions");
  });
});

describe("a comparison", () => {
  it("asks the chosen models at once and measures them against each other", async () => {
    for (const id of ["large", "small"]) await page.getByLabel(`Compare acme/${id}`).check();
    await page.click("#compare-chosen");
    await page.fill("#compare textarea", "Which of you is faster?");
    await page.click("#compare .primary");
    for (const id of ["large", "small"]) {
      const column = page.locator(`[data-model="acme/${id}"]`);
      await column.locator(".answer:not([aria-busy])").waitFor();
      await expect.poll(() => column.textContent()).toContain(`[simulated] ${id} received 1 messages`);
      await expect
        .poll(() => column.locator(".measure b").allTextContents())
        .toEqual([expect.stringMatching(/\d (ms|s)$/), expect.stringMatching(/^\$0\.\d+$/)]);
    }
    const width = (id: string) =>
      page.locator(`[data-model="acme/${id}"] .fill.cost`).evaluate((fill) => (fill as HTMLElement).style.width);
    expect(await width("large")).toBe("100%");
    expect(Number.parseFloat(await width("small"))).toBeLessThan(50);
    await screenshot(page, "light-compare");
  });
});

describe("a catalog that is edited", () => {
  afterEach(() => dev.there.write("catalog/acme.json", acme()));

  it("arrives as a diff, in the open page of the model and in the list", async () => {
    await page.click('a:text-is("acme/large")');
    await page.waitForSelector(".types");
    const { large } = models;
    dev.there.write(
      "catalog/acme.json",
      acme({ ...models, large: { ...large, limits: { ...large.limits, context: 123_000 } } }),
    );
    await expect.poll(() => page.textContent(".cards")).toContain("123K");
    await page.click(".toast");
    await page.waitForSelector('[data-type="catalog"]');
    const first = page.locator('[data-type="catalog"]').first();
    expect(await first.textContent()).toMatch(/Generation \d+ live after \d+ ms.*read .*types .*swap/);
    expect(await first.locator(".diff").textContent()).toContain("limits.context 200000 → 123000");
    expect(await first.textContent()).toContain("generated/acme.data.js");
    await screenshot(page, "light-changes");
  });

  it("shows where a save is broken, changes nothing, and tells when it is repaired", async () => {
    dev.there.write("catalog/acme.json", JSON.stringify(acme(), null, 2).replace('"large"', '"large" oops'));
    await page.waitForSelector("#problems .line.at");
    expect(await page.textContent("#problems")).toMatch(/catalog\/acme\.json:\d+:\d+/);
    expect(await page.textContent("#problems .line.at")).toContain("oops");
    expect(await page.locator("#problems script").count()).toBe(0);
    expect((await rows()).length).toBe(6);
    await screenshot(page, "light-broken");
    dev.there.write("catalog/acme.json", acme());
    await page.waitForSelector("#problems", { state: "hidden" });
  });
});

describe("what happened", () => {
  it("is a log with the timeline of each stream, tokens and cost", async () => {
    await go("play/acme/large");
    await page.waitForSelector("#field-temperature");
    await say("Tell me of the log.");
    await go("requests");
    const row = page.locator("#log tr", { hasText: "acme/large" }).first();
    await expect.poll(() => row.textContent()).toMatch(/200acme\/largesimulated\d+ ms\d+ ms\d+\d+\$0\.\d+/);
    await row.locator("button").click();
    await page.waitForSelector("#log .details .timeline.wide");
    expect(await page.textContent("#log .details")).toContain("POST /v1/chat/completions");
    expect(await page.locator("#latency rect.first").count()).toBeGreaterThan(0);
    await screenshot(page, "light-requests");
  });

  it("can be saved: what was spent, as CSV and JSON", async () => {
    await go("state");
    for (const [name, what] of [
      ["CSV", /^model,simulated,currency,amount,/],
      ["JSON", /"model":"acme\/large"/],
    ] as const) {
      const [file] = await Promise.all([page.waitForEvent("download"), page.click(`#spend-files >> text=${name}`)]);
      expect(file.suggestedFilename()).toBe(`spend.${name.toLowerCase()}`);
      expect(await readFile(await file.path(), "utf8")).toMatch(what);
    }
  });

  it("opens the circuit of a model that keeps failing", async () => {
    await go("play/down/small");
    for (let i = 0; i < 5; i++) await say(`hello ${i}`);
    await go("state");
    await expect.poll(() => page.textContent("#circuits")).toMatch(/down\/smallopen/);
    expect(await dev.get("/metrics")).toMatch(
      /modelwright_calls_total\{provider="down",model="small".*outcome="failed"/,
    );
    await screenshot(page, "light-state");
  });
});

describe("on every screen", () => {
  const sections = ["models", "model/acme/large", "play/acme/large", "compare", "changes", "requests", "state"];

  it.each([
    ["dark", { colorScheme: "dark", viewport: { width: 1280, height: 800 } }],
    ["phone", { colorScheme: "light", viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 }],
    ["phone-dark", { colorScheme: "dark", viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 }],
  ] as const)("fits: %s", async (name, options) => {
    const other = await dev.open(browser, options);
    for (const section of sections) {
      await other.page.evaluate((hash) => location.assign(hash), `#/${section}`);
      await other.page.waitForSelector(`[data-view="${section.split("/")[0]}"]:not([hidden])`);
      if (section.startsWith("model/")) await other.page.waitForSelector(".types");
      const wide = await other.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(wide, section).toBeLessThanOrEqual(0);
      await screenshot(other.page, `${name}-${section.split("/")[0]}`);
    }
    expect(await other.faults()).toEqual([]);
    await other.page.context().close();
  });
});
