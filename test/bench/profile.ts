/** Where CPU time goes: the functions that a V8 profile found at work most often, by their own time. */
import { Session } from "node:inspector/promises";
import { basename } from "node:path";

/** The part of V8's `.cpuprofile` that is read. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
}

/** Runs the work under V8's profiler. Nothing that was measured before or after pays for it. */
export async function profiled(work: () => Promise<void>): Promise<CpuProfile> {
  const session = new Session();
  session.connect();
  try {
    await session.post("Profiler.enable");
    await session.post("Profiler.setSamplingInterval", { interval: 200 });
    await session.post("Profiler.start");
    await work();
    const { profile } = await session.post("Profiler.stop");
    return { nodes: profile.nodes, samples: profile.samples ?? [] };
  } finally {
    session.disconnect();
  }
}

const idle = new Set(["(idle)", "(root)"]);

/** `12.3 % readFrames (sse.js)`: share of the samples in which something ran. */
export function costliest({ nodes, samples }: CpuProfile, most: number): readonly string[] {
  const names = new Map(
    nodes.map(({ id, callFrame: { functionName, url } }) => [
      id,
      `${functionName || "(anonymous)"}${url === "" ? "" : ` (${basename(url)})`}`,
    ]),
  );
  const counts = new Map<string, number>();
  let all = 0;
  for (const id of samples) {
    const name = names.get(id) ?? "";
    if (idle.has(name)) continue;
    all += 1;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, most)
    .map(([name, count]) => `${((100 * count) / all).toFixed(1)} % ${name}`);
}
