/** The schemas and the hand-written facts describe the same shapes. Fails in `tsc`, not at run time. */
import { expectTypeOf, test } from "vitest";
import type { z } from "zod";
import type { Dialects } from "../../src/catalog/dialects/index.js";
import type { dialectsSchema } from "../../src/catalog/dialects/schema.js";
import type { ModelFacts, ProviderFacts } from "../../src/catalog/facts.js";
import type { modelSchema } from "../../src/catalog/schema-model.js";
import type { providerSchema } from "../../src/catalog/schema-provider.js";

/** How an object without members is written down in the comparison: an empty interface and an empty schema differ. */
interface Empty {
  readonly empty: true;
}

/** Without `readonly`, which zod does not infer. */
type Plain<T> = T extends readonly [infer A, infer B]
  ? [Plain<A>, Plain<B>]
  : T extends readonly (infer Item)[]
    ? Plain<Item>[]
    : T extends object
      ? keyof T extends never
        ? Empty
        : string extends keyof T
          ? T[string & keyof T] extends never
            ? Empty
            : { -readonly [K in keyof T]: Plain<T[K]> }
          : { -readonly [K in keyof T]: Plain<T[K]> }
      : T;

test("the model schema is ModelFacts", () => {
  expectTypeOf<Plain<z.infer<typeof modelSchema>>>().toEqualTypeOf<Plain<ModelFacts>>();
});

test("the provider schema is ProviderFacts", () => {
  expectTypeOf<Plain<z.infer<typeof providerSchema>>>().toEqualTypeOf<Plain<ProviderFacts>>();
});

test("the dialect schema is Dialects", () => {
  expectTypeOf<Plain<z.infer<typeof dialectsSchema>>>().toEqualTypeOf<Plain<Dialects>>();
});
