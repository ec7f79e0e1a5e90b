/** Colours TypeScript for reading: comments, texts and words of the language. */
import { h } from "./dom.js";

const piece =
  /(\/\*[\s\S]*?\*\/|\/\/[^\n]*)|("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`)|\b(import|from|export|interface|extends|type|const|function|return|readonly|await|for|of|never|unknown|string|number|boolean|true|false)\b/g;

const classes = [undefined, "comment", "text", "word"];

export function code(source) {
  const parts = [];
  let end = 0;
  for (const match of source.matchAll(piece)) {
    parts.push(source.slice(end, match.index));
    const kind = classes[match.findIndex((group, i) => i > 0 && group !== undefined)];
    parts.push(h("span", { class: `code-${kind}` }, match[0]));
    end = match.index + match[0].length;
  }
  parts.push(source.slice(end));
  return parts;
}
