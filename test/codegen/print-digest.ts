/** Prints a hash of everything that is generated from the shipped catalog: a program of its own, for other environments. */
import { generate } from "../../codegen/index.js";
import { loadCatalog } from "../../src/catalog/load.js";
import { root } from "../source-tree.js";
import { digestOf } from "./digest.js";

const { providers } = await loadCatalog(`${root}catalog`);
process.stdout.write(digestOf(generate(providers, { docs: true }).files));
