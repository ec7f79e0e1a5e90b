/** Chromium, driven against a dev server in a folder of its own. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { until, Workspace } from "../cli/workspace.js";
import { debianPackages } from "../servers/debian.js";
import { root } from "../source-tree.js";

/** `rules` map names to addresses, as DNS would. */
export async function launchBrowser(rules?: string): Promise<Browser> {
  const tree = await debianPackages("chromium", { suite: "bookworm", packages: ["chromium"] });
  const { command, env } = tree.program("/usr/lib/chromium/chromium");
  const quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];
  const args = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", ...quiet];
  if (rules !== undefined) args.push(`--host-resolver-rules=${rules}`);
  const given = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return chromium.launch({ executablePath: command, env: { ...Object.fromEntries(given), ...env }, args });
}

export interface DevPage {
  readonly page: Page;
  /** What no page may do: break its own policy, ask other hosts, throw, or run what a catalog or a model says. */
  faults(): Promise<readonly string[]>;
}

export class DevUnderTest {
  readonly there: Workspace;
  readonly url: string;
  readonly token: string;
  private readonly dev: ReturnType<Workspace["start"]>;

  private constructor(there: Workspace, dev: ReturnType<Workspace["start"]>) {
    const { url, token } = JSON.parse(there.read(".modelwright/dev.json")) as { url: string; token: string };
    this.there = there;
    this.dev = dev;
    this.url = url;
    this.token = token;
  }

  static async start(files: { readonly [path: string]: unknown }): Promise<DevUnderTest> {
    const there = new Workspace(files);
    const dev = there.start("dev", "--port", "0");
    await until(() => dev.output().includes("watching"), dev.output);
    return new DevUnderTest(there, dev);
  }

  async open(browser: Browser, options: BrowserContextOptions = {}): Promise<DevPage> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    const page = await context.newPage();
    const seen: string[] = [];
    page.on("pageerror", (error) => seen.push(`error: ${error.message}`));
    page.on("request", (request) => {
      const own = [`${this.url}/`, `blob:${this.url}/`, "data:"];
      if (!own.some((begin) => request.url().startsWith(begin))) seen.push(`foreign request: ${request.url()}`);
    });
    await page.addInitScript(watchForFaults);
    await page.goto(`${this.url}/#token=${this.token}`);
    await page.waitForSelector("[data-row]");
    const faults = async () => [...seen, ...(await page.evaluate(() => (window as Watched).faults ?? []))];
    return { page, faults };
  }

  /** Asks the server as a program with the token would. */
  async get(path: string): Promise<string> {
    const response = await fetch(this.url + path, { headers: { authorization: `Bearer ${this.token}` } });
    return response.text();
  }

  /** How many requests the gateway has answered. */
  async requests(): Promise<number> {
    return [...(await this.get("/api/events?once")).matchAll(/"type":"request"/g)].length;
  }

  async stop(): Promise<void> {
    await this.dev.stop();
    this.there.remove();
  }
}

type Watched = typeof window & { faults?: string[]; shifts?: number };

/** Runs in the page before its own scripts. */
function watchForFaults(): void {
  const watched = window as Watched;
  watched.faults = [];
  watched.shifts = 0;
  document.addEventListener("securitypolicyviolation", (event) =>
    watched.faults?.push(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`),
  );
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) watched.shifts = (watched.shifts ?? 0) + (entry as LayoutShift).value;
  }).observe({ type: "layout-shift", buffered: true });
}

interface LayoutShift extends PerformanceEntry {
  readonly value: number;
}

/** The sum of all layout shifts so far. */
export function layoutShift(page: Page): Promise<number> {
  return page.evaluate(() => (window as Watched).shifts ?? 0);
}

/** For people to look at. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = join(root, "test/.cache/screenshots");
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
