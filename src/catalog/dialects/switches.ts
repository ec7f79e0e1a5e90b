/** The dialect switches as facts hold them: closed, until `index.ts` is loaded beside them. */

/** A provider or model states switches for the protocols it speaks. */
// biome-ignore lint/suspicious/noEmptyInterface: `index.ts` adds the members
export interface Dialects {}
