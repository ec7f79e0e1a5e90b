/** Prints how fast the page is in Chromium: listing all shipped models, streaming without layout shift, and edit to page. */
import type { Browser } from "playwright-core";
import { DevUnderTest, launchBrowser, layoutShift } from "../page/browser.js";
import { acme, models } from "../page/catalog.js";

const runs = 7;

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function print(name: string, values: readonly number[]): void {
  const [low, high] = [Math.min(...values), Math.max(...values)].map((value) => value.toFixed(0));
  console.log(`${name.padEnd(58)} ${median(values).toFixed(0)} ms   (${low} to ${high}, ${values.length} runs)`);
}

/** Without a catalog of its own a folder shows the shipped one. */
async function listing(browser: Browser): Promise<void> {
  const dev = await DevUnderTest.start({});
  const first: number[] = [];
  const filtered: number[] = [];
  for (let run = 0; run < runs; run++) {
    const { page } = await dev.open(browser);
    // From the navigation's start to rows on the screen, by the browser's own clock.
    await page.goto("about:blank");
    await page.goto(`${dev.url}/#token=${dev.token}`);
    await page.waitForSelector("[data-row]");
    first.push(await page.evaluate(() => performance.getEntriesByName("models-listed")[0]?.startTime ?? Number.NaN));
    if (run === 0) console.log(await page.textContent("#count"));
    filtered.push(
      await page.evaluate(async () => {
        const input = document.querySelector('[name="text"]') as HTMLInputElement;
        const began = performance.now();
        input.value = "mini";
        input.dispatchEvent(new Event("input", { bubbles: true }));
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
        return performance.now() - began;
      }),
    );
    await page.context().close();
  }
  print("address opened to models listed", first);
  print("letter typed to filtered rows painted", filtered);
  await dev.stop();
}

async function editing(browser: Browser): Promise<void> {
  const dev = await DevUnderTest.start({ "catalog/acme.json": acme() });
  const { page } = await dev.open(browser);
  await page.evaluate(() => location.assign("#/model/acme/large"));
  await page.waitForSelector(".types");
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const context = 100_000 + run * 1_000;
    const shown = `${context / 1000}K`;
    await page.waitForTimeout(200);
    const began = Date.now();
    dev.there.write("catalog/acme.json", acme({ ...models, large: { ...models.large, limits: { context } } }));
    await page.waitForFunction((text) => document.querySelector(".cards")?.textContent?.includes(text), shown);
    times.push(Date.now() - began);
  }
  print("catalog file saved to the open page of its model", times);

  await page.evaluate(() => location.assign("#/play/acme/large"));
  await page.waitForSelector("#field-temperature");
  const before = await layoutShift(page);
  for (let run = 0; run < 3; run++) {
    await page.fill("#compose textarea", `Repeat: ${"word ".repeat(300)}`);
    await page.press("#compose textarea", "Enter");
    await page.locator(".answer:not([aria-busy])").nth(run).waitFor();
  }
  console.log(`${"layout shift while three long answers stream".padEnd(58)} ${(await layoutShift(page)) - before}`);
  await dev.stop();
}

const browser = await launchBrowser();
await listing(browser);
await editing(browser);
await browser.close();
