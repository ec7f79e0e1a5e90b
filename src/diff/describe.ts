/** Says changes in words: lines for a terminal, and Markdown for a pull request. */
import { type CatalogChange, type ChangeClass, changeClasses } from "./change.js";
import { type ChangeGroup, groupChanges } from "./group.js";

const shownModels = 5;
const shownValue = 60;

/** "openai/gpt-4.1 params.temperature: true -> false". More models of the provider stand behind the first. */
function describeGroup(group: ChangeGroup): string {
  const { path, before, after } = group;
  const subject = subjectOf(group);
  if (path === "") return `${subject} ${after === undefined ? "removed" : "added"}`;
  return `${subject} ${path}: ${brief(before)} -> ${brief(after)}`;
}

/** The lines of each class that occurs, what matters most first. */
export function describeChanges(changes: readonly CatalogChange[]): Map<ChangeClass, string[]> {
  const groups = groupChanges(changes);
  const classes = changeClasses.filter((name) => changes.some((change) => change.class === name));
  return new Map(classes.map((name) => [name, groups.filter((group) => group.class === name).map(describeGroup)]));
}

/** A section per class, for a pull request. */
export function changesAsMarkdown(changes: readonly CatalogChange[]): string {
  const sections = [...describeChanges(changes)].map(([name, lines]) =>
    [`### ${titles[name]}`, "", ...lines.map((line) => `- ${code(line)}`), ""].join("\n"),
  );
  return sections.length === 0 ? "No changes.\n" : sections.join("\n");
}

const titles: { readonly [name in ChangeClass]: string } = {
  breaking: "Breaking: requests that were accepted may be refused",
  widening: "Widening: requests that were refused may be accepted",
  notice: "Notice",
  data: "Data",
  source: "Sources",
};

function subjectOf({ provider, models }: ChangeGroup): string {
  const [first, ...more] = models;
  if (first === undefined) return provider;
  const others = more.length < shownModels ? more.map((id) => `, ${id}`).join("") : ` and ${more.length} more models`;
  return `${provider}/${first}${others}`;
}

function brief(value: unknown): string {
  if (value === undefined) return "none";
  const text = JSON.stringify(value);
  return text.length > shownValue ? `${text.slice(0, shownValue - 3)}...` : text;
}

/** Catalog text in a code span: Markdown obeys nothing in it. */
function code(text: string): string {
  return `\`${text.replace(/`/g, "'").replace(/\s+/g, " ")}\``;
}
