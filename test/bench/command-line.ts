/** What the command line tells a bench: `--quick` asks for fewer rounds; other words are the bench's own. */

/** Whether a rough figure soon is wanted more than a good one later. */
export const isQuick = process.argv.includes("--quick");

/** Folders with builds to compare, or a size. */
export const given: readonly string[] = process.argv.slice(2).filter((word) => !word.startsWith("--"));

/** How often to measure. */
export function rounds(full: number, quick: number): number {
  return isQuick ? quick : full;
}
