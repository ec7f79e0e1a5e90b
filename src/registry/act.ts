/** Who does something with a registry, and why: for its history. */
export interface Act {
  readonly by?: string | undefined;
  readonly reason?: string | undefined;
}
