/** Starts a dev server: gateway, feed and API over one session, behind one token. */
import { join } from "node:path";
import { DevFeed } from "../server/dev-feed.js";
import { createDevHandler } from "../server/dev-handler.js";
import { DevSpend } from "../server/dev-spend.js";
import { createGateway } from "../server/gateway.js";
import { createPage } from "../server/page.js";
import { serve } from "../server/serve.js";
import type { GatewayServer, ServeOptions } from "../server/serve-options.js";
import type { Catalog } from "./catalog.js";
import { DevSession } from "./dev-session.js";
import type { GenerateJob } from "./generate-job.js";
import { version } from "./package-files.js";

export interface DevServerOptions extends Pick<ServeOptions, "host" | "port" | "token" | "hosts" | "tokenFile"> {
  readonly simulateAll: boolean;
}

export interface DevServer extends GatewayServer {
  readonly feed: DevFeed;
  readonly session: DevSession;
}

/** Where clients find address and token, from the folder in which the server was started. */
export const devFile = join(".modelwright", "dev.json");

export async function startDevServer(
  job: GenerateJob,
  catalog: Catalog,
  { simulateAll, ...options }: DevServerOptions,
): Promise<DevServer> {
  const feed = new DevFeed();
  const session = new DevSession(job, catalog, { feed, simulateAll });
  const spend = new DevSpend();
  const gateway = createGateway({
    models: () => session.models(),
    onExchange: (exchange) => {
      spend.add(exchange);
      feed.publish({ type: "request", exchange });
    },
  });
  const page = await createPage();
  const { metrics } = session;
  const handler = createDevHandler({ gateway, feed, source: session, spend, version: version(), page, metrics });
  const server = await serve(handler, { ...options, isOpen: page.has });
  return { ...server, feed, session };
}
