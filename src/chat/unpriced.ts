/** The cost at a model without prices. Apart from the arithmetic, which a program may do without. */

export const unpriced = { state: "unknown", reason: "the catalog has no token prices for this model" } as const;
