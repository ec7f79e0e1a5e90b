/** What a policy keeps per target: for as long as it has something to tell, and never without bound. */

interface Kept {
  /** Nothing is known here that a new one would not know as well. */
  readonly isIdle: boolean;
}

/** From here on idle ones are let go: keys of tenants come and go. */
const many = 1000;
/** Never more than this: whoever calls with ever new keys does not fill the memory. */
const most = 10_000;

export class ByTarget<Value extends Kept> {
  private readonly values = new Map<string, Value>();

  /** The one of that name, made if there is none. */
  get(name: string, make: () => Value): Value {
    const found = this.values.get(name);
    if (found !== undefined) return found;
    if (this.values.size >= many) this.sweep();
    const made = make();
    this.values.set(name, made);
    return made;
  }

  all(): readonly Value[] {
    return [...this.values.values()];
  }

  delete(matches: (value: Value) => boolean): void {
    for (const [name, value] of this.values) if (matches(value)) this.values.delete(name);
  }

  /** Idle ones first, then the oldest. */
  private sweep(): void {
    this.delete(({ isIdle }) => isIdle);
    for (const name of this.values.keys()) {
      if (this.values.size < most) return;
      this.values.delete(name);
    }
  }
}
