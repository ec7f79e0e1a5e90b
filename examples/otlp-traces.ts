/** Traces: one span for each call and one below it for each request, sent by OTLP to Jaeger, Tempo or a collector. */
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { user } from "modelwright";
import { openai } from "modelwright/openai";
import { openTelemetry } from "modelwright/telemetry";

// `docker run -p 4318:4318 -p 16686:16686 jaegertracing/jaeger` listens at the exporter's default address, and shows
// the traces at http://localhost:16686. OTEL_EXPORTER_OTLP_ENDPOINT names another.
const provider = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())] });
const tracer = provider.getTracer("example");

// Tags become attributes only where they are named; what was said stays out of spans unless `content` lets it in.
const client = openai.create({ telemetry: await openTelemetry({ tracer, tags: ["team"] }) });

const reply = await client("gpt-4.1-mini").chat({ messages: [user("Hello")], tags: { team: "search", user: "ada" } });
console.log(reply.text);
await provider.shutdown();
