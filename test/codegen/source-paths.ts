/** What generated code of tests imports: the sources, as in this repository. */
import { relative, sep } from "node:path";
import type { ImportPaths } from "../../codegen/index.js";
import { root } from "../source-tree.js";

/** Paths for code in `folder`. */
export function sourcePaths(folder: string): ImportPaths {
  const source = (path: string) => relative(folder, `${root}src/${path}`).split(sep).join("/");
  return { define: source("define.js"), protocol: (id) => source(`protocols/${id}/index.js`) };
}
