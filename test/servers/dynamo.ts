/** A store that speaks DynamoDB's protocol and keeps its conditions: dynalite, which needs no account. */
import { join } from "node:path";
import { privatePackages } from "../private-packages.js";
import { freePort } from "./process.js";
import { type StoreServer, serverFolder, storeServer } from "./stores.js";

export async function startDynamo(): Promise<StoreServer> {
  const packages = await privatePackages("dynalite", { dynalite: "4.0.0" });
  const port = await freePort();
  const folder = serverFolder();
  const options = ["--host", "127.0.0.1", "--port", String(port), "--path", folder, "--createTableMs", "0"];
  return storeServer(port, folder, {
    name: "dynalite",
    command: process.execPath,
    args: [join(packages, "node_modules/dynalite/cli.js"), ...options],
    ready: async () => (await fetch(`http://127.0.0.1:${port}`)).ok,
  });
}
