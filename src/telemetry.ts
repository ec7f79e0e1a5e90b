/** The public door `modelwright/telemetry`: spans, metrics and logs of calls. */
export { type CallLog, logTelemetry } from "./telemetry/log.js";
export { type ObservedEnd, type Observer, observe, type Telemetry } from "./telemetry/observe.js";
export { type OpenTelemetryOptions, openTelemetry } from "./telemetry/open-telemetry.js";
export { type PrometheusMetrics, prometheusMetrics } from "./telemetry/prometheus.js";
