/** Writes changing files to the folder given, without end: a program to be killed. */
import { stamp } from "../../codegen/stamp.js";
import { writeFiles } from "../../codegen/write.js";

const [folder = ""] = process.argv.slice(2);
for (let run = 0; ; run++) {
  const names = ["a.ts", "b.ts", "c.data.js"];
  await writeFiles(folder, new Map(names.map((name) => [name, stamp(name, "x.json", `// ${run}\n`.repeat(200_000))])));
  if (run === 0) process.stdout.write("written");
}
