/** The gateway that `gateway.ts` measures, as a process: `gateway-process.ts <port> <port of the upstream>`. */
import { openai } from "../../generated/openai.js";
import { createGateway, serve } from "../../src/server.js";

const [port, upstream] = process.argv.slice(2).map(Number);
const provider = openai.create({ apiKey: "sk-bench", baseURL: `http://127.0.0.1:${upstream}/v1` });
await serve(createGateway({ models: { providers: [provider] } }), { port, token: "bench-token" });
