/** One provider's types and client, by ts-morph structures. */
import {
  type InterfaceDeclarationStructure,
  type Project,
  type StatementStructures,
  StructureKind,
  VariableDeclarationKind,
} from "ts-morph";
import { camelCase } from "./identifier.js";
import { describeProfile, type PlannedProfile, type ProviderPlan } from "./plan.js";
import { quote } from "./text.js";

/** Where generated code imports from: this repository's own source, or the published package. */
export interface ImportPaths {
  /** The door of generated code. */
  readonly define: string;
  protocol(id: string): string;
}

export const packagePaths: ImportPaths = {
  define: "modelwright/define",
  protocol: (id) => `modelwright/protocols/${id}`,
};

/** The body of `<provider>.ts`. */
export function emitProvider(project: Project, plan: ProviderPlan, paths: ImportPaths): string {
  const statements: StatementStructures[] = [
    ...imports(plan, paths),
    ...plan.profiles.map(profileInterface),
    modelMap(plan),
    ...client(plan),
  ];
  const file = project.createSourceFile(`${plan.file}.ts`, { statements }, { overwrite: true });
  const text = file.getFullText();
  project.removeSourceFile(file);
  return text;
}

function imports(plan: ProviderPlan, paths: ImportPaths): StatementStructures[] {
  const text = [
    ...plan.models.map((model) => model.type),
    ...plan.profiles.flatMap(({ slots }) => Object.values(slots).flat()),
  ].join(" ");
  const needed = doorTypes.filter((name) => new RegExp(`\\b${name}\\b`).test(text));
  const types = ["ClientOptions", "Provider", ...(plan.profiles.length > 0 ? ["ChatProfile"] : []), ...needed];
  return [
    {
      kind: StructureKind.ImportDeclaration,
      moduleSpecifier: paths.define,
      namedImports: [{ name: "defineProvider" }, ...types.sort().map((name) => ({ name, isTypeOnly: true }))],
    },
    ...plan.protocols.map(
      (id): StatementStructures => ({
        kind: StructureKind.ImportDeclaration,
        moduleSpecifier: paths.protocol(id),
        namedImports: [{ name: camelCase(id) }],
      }),
    ),
    {
      kind: StructureKind.ImportDeclaration,
      moduleSpecifier: `./${plan.file}.data.js`,
      namedImports: [{ name: "data" }],
    },
  ];
}

const doorTypes = [
  "AnyDimensions",
  "ChatModel",
  "Controls",
  "Dimensions",
  "EmbeddingModel",
  "FixedDimensions",
  "From0To1",
  "From0To1_5",
  "From0To2",
  "NoControls",
  "Nothing",
  "OpenString",
  "OtherModel",
  "RetiredModel",
  "Unbounded",
  "WithAudio",
  "WithImages",
  "WithReasoning",
];

function profileInterface(profile: PlannedProfile): InterfaceDeclarationStructure {
  const { slots } = profile;
  const tokens = (names: readonly string[]) => (names.length === 0 ? "never" : names.map(quote).join(" | "));
  const types: { readonly [slot: string]: string } = {
    can: tokens(slots.can),
    lacks: quote(slots.lacks),
    toolChoice: slots.toolChoice,
    temperature: slots.temperature,
    sampling: tokens(slots.sampling),
    off: slots.off,
    reasoning: slots.reasoning,
    enums: slots.enums,
    options: slots.options,
    builtinTools: slots.builtinTools,
    gives: slots.gives,
  };
  return {
    kind: StructureKind.Interface,
    isExported: true,
    name: profile.name,
    extends: ["ChatProfile"],
    docs: [describeProfile(profile)],
    properties: Object.entries(types).map(([name, type]) => ({ name, type })),
  };
}

function modelMap(plan: ProviderPlan): InterfaceDeclarationStructure {
  return {
    kind: StructureKind.Interface,
    isExported: true,
    name: plan.mapName,
    docs: ["The models by id, each with what it accepts."],
    properties: plan.models.map(({ id, type, doc }) => ({
      name: quote(id),
      type,
      isReadonly: true,
      ...(doc === undefined ? {} : { docs: [doc] }),
    })),
  };
}

function client(plan: ProviderPlan): StatementStructures[] {
  const type = `Provider<${plan.mapName}>`;
  return [
    {
      kind: StructureKind.VariableStatement,
      isExported: true,
      declarationKind: VariableDeclarationKind.Const,
      docs: ["The provider, configured from the environment when first used. Call it with a model id."],
      declarations: [
        {
          name: plan.constant,
          type,
          initializer: `/*#__PURE__*/ defineProvider<${plan.mapName}>({ data, protocols: [${plan.protocols.map(camelCase).join(", ")}] })`,
        },
      ],
    },
    {
      kind: StructureKind.Function,
      isExported: true,
      name: plan.factory,
      docs: ["A client of its own: key, base URL, transport, hooks."],
      parameters: [{ name: "options", type: "ClientOptions" }],
      returnType: type,
      statements: [`return ${plan.constant}.with(options);`],
    },
  ];
}
