/** A real browser: Chromium loads a bundle of the program as a page's module, which asks a gateway that runs on Node. */
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { launchBrowser } from "../page/browser.js";
import { program } from "./program.js";
import { type Check, firstLine } from "./runtimes.js";

/** Serves a page, its module and the gateway's endpoints from one origin, as an app's own server would. */
const server = (baseURL: string): string => `
  import { readFileSync } from "node:fs";
  import { createOpenAI } from "modelwright/openai";
  import { createGateway, serve } from "modelwright/server";
  const openai = createOpenAI({ apiKey: "simulated", baseURL: ${JSON.stringify(baseURL)} });
  const gateway = createGateway({ models: { providers: [openai], routes: { "gpt-4.1": openai("gpt-4.1") } } });
  const files = {
    "/": ["text/html", "<!doctype html><title>everywhere</title>"],
    "/page.mjs": ["text/javascript", readFileSync("page.mjs", "utf8")],
  };
  const fetch = async (request) => {
    const file = files[new URL(request.url).pathname];
    if (file === undefined) return gateway.fetch(request);
    const headers = { "content-type": file[0], "content-security-policy": "default-src 'self'" };
    return new Response(file[1], { headers });
  };
  const isOpen = (path) => Object.hasOwn(files, path);
  console.log((await serve({ fetch }, { isOpen, token: "simulated" })).url);
`;

export const browser: Check = {
  name: "Chromium, through the gateway",
  async run(app, baseURL) {
    writeFileSync(join(app, "program.mjs"), program);
    const settings = { bundle: true, format: "esm", platform: "browser", logLevel: "silent" } as const;
    await build({ ...settings, entryPoints: [join(app, "program.mjs")], outfile: join(app, "page.mjs") });
    writeFileSync(join(app, "server.mjs"), server(baseURL));
    const child = spawn(process.execPath, ["server.mjs"], { cwd: app, env: { PATH: process.env.PATH } });
    try {
      const url = await firstLine(child);
      const chromium = await launchBrowser();
      try {
        const page = await chromium.newPage();
        const faults: string[] = [];
        page.on("pageerror", ({ message }) => faults.push(message));
        await page.goto(url);
        const printed = await page.evaluate(async () => {
          const module = "/page.mjs";
          const { run } = (await import(module)) as { run(baseURL: string): Promise<string> };
          return run(`${location.origin}/v1`);
        });
        return [printed, ...faults].join("\n");
      } finally {
        await chromium.close();
      }
    } finally {
      child.kill();
    }
  },
};
