/** Medians and spread of repeated measurements, and the machine they were made on. */
import { arch, cpus, platform, totalmem } from "node:os";

/** The value at `share` of the sorted values, from 0 to 1. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The median with the quartiles around it: `1.20 (1.15–1.31)`. */
export function withSpread(values: readonly number[], digits: number): string {
  const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => quantile(values, share).toFixed(digits));
  return `${middle} (${low}–${high})`;
}

/** One line that names the machine. */
export function machine(): string {
  const [first] = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  return `Node ${process.versions.node}, ${platform()} ${arch()}, ${cpus().length} x ${first?.model.trim()}, ${memory}`;
}
