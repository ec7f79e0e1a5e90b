/** One provider's types and client, by ts-morph structures. */
import {
  type ImportDeclarationStructure,
  type InterfaceDeclarationStructure,
  type Project,
  type PropertySignatureStructure,
  type StatementStructures,
  StructureKind,
  type TypeAliasDeclarationStructure,
  VariableDeclarationKind,
} from "ts-morph";
import type { ProviderPlan } from "./plan.js";
import type { PlannedProfile } from "./plan-profiles.js";
import type { Property, TypePart } from "./profile-types.js";

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
    ...plan.parts.map(typePart),
    ...plan.profiles.map(profileInterface),
    entries(plan),
    modelMap(plan),
    ...client(plan),
  ];
  const file = project.createSourceFile(`${plan.file}.ts`, { statements }, { overwrite: true });
  const text = file.getFullText();
  project.removeSourceFile(file);
  return text;
}

/** Names that types may refer to beside those that every provider needs. */
const doorTypes = new Set([
  "AnyDimensions",
  "ChatModel",
  "Controls",
  "Dimensions",
  "EmbeddingModel",
  "EmbedsMedia",
  "FixedDimensions",
  "From0To1",
  "From0To1_5",
  "From0To2",
  "ImageModel",
  "ModerationModel",
  "NoControls",
  "Nothing",
  "OpenString",
  "OtherModel",
  "RerankModel",
  "RetiredModel",
  "SpeechModel",
  "TranscriptionModel",
  "Unbounded",
  "VideoModel",
  "WithAudio",
  "WithImages",
  "WithReasoning",
]);

function imports(plan: ProviderPlan, paths: ImportPaths): ImportDeclarationStructure[] {
  const types = ["ClientOptions", "HandleOf", "Provider", ...usedTypes(plan)];
  // One name per line: a model that needs another type adds a line and changes none.
  const values = plan.cloud === undefined ? [] : [plan.cloud];
  const names = [...values, "defineProvider", ...types.sort().map((name) => `type ${name}`)];
  return [
    importOf(paths.define, (writer) => writer.write(`\n${names.map((name) => `${name},\n`).join("")}`)),
    ...plan.protocols.map(({ id, constant }) => importOf(paths.protocol(id), [constant])),
    importOf(`./${plan.file}.data.js`, ["data"]),
  ];
}

function importOf(
  moduleSpecifier: string,
  namedImports: Exclude<ImportDeclarationStructure["namedImports"], undefined>,
): ImportDeclarationStructure {
  return { kind: StructureKind.ImportDeclaration, moduleSpecifier, namedImports };
}

function usedTypes(plan: ProviderPlan): string[] {
  const texts = [
    ...plan.models.map(({ type }) => type),
    ...plan.profiles.flatMap(({ body }) => body.slots.map(({ type }) => type)),
    ...plan.parts.flatMap(({ type }) => (typeof type === "string" ? type : type.map((property) => property.type))),
  ];
  const words = texts.flatMap((text) => text.replace(/"(?:[^"\\]|\\.)*"/g, "").match(/\w+/g) ?? []);
  return [...new Set(words)].filter((word) => doorTypes.has(word));
}

function typePart({ name, type }: TypePart): TypeAliasDeclarationStructure | InterfaceDeclarationStructure {
  if (typeof type === "string") return { kind: StructureKind.TypeAlias, name, type };
  return { kind: StructureKind.Interface, name, properties: type.map(property) };
}

function property({ name, type, isOption = false }: Property): PropertySignatureStructure {
  return { kind: StructureKind.PropertySignature, name, type, isReadonly: isOption, hasQuestionToken: isOption };
}

function profileInterface({ name, doc, body }: PlannedProfile): InterfaceDeclarationStructure {
  return {
    kind: StructureKind.Interface,
    isExported: true,
    name,
    extends: [...body.parts],
    docs: [doc],
    properties: body.slots.map(property),
  };
}

function entries(plan: ProviderPlan): InterfaceDeclarationStructure {
  const ids = plan.models.filter(({ isPattern }) => !isPattern);
  const patterns = plan.models.filter(({ isPattern }) => isPattern);
  return {
    kind: StructureKind.Interface,
    isExported: true,
    name: plan.entriesName,
    docs: ["What each model accepts: of a chat model its profile, of any other its handle."],
    properties: ids.map(({ key, type, doc }) => ({ name: key, type, docs: docs(doc) })),
    indexSignatures: patterns.map(({ key, type, doc }) => ({
      keyName: "id",
      keyType: key,
      returnType: type,
      docs: docs(doc),
    })),
  };
}

function modelMap({ mapName, entriesName }: ProviderPlan): TypeAliasDeclarationStructure {
  return {
    kind: StructureKind.TypeAlias,
    isExported: true,
    name: mapName,
    docs: ["The models by id."],
    type: `{ readonly [Id in keyof ${entriesName}]: HandleOf<${entriesName}[Id], Id> }`,
  };
}

function docs(doc: string | undefined): string[] {
  return doc === undefined ? [] : [doc];
}

function client(plan: ProviderPlan): StatementStructures[] {
  const type = `Provider<${plan.mapName}>`;
  const protocols = plan.protocols.map(({ constant }) => constant).join(", ");
  const cloud = plan.cloud === undefined ? "" : `, cloud: ${plan.cloud}`;
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
          initializer: `/*#__PURE__*/ defineProvider<${plan.mapName}>({ data, protocols: [${protocols}]${cloud} })`,
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
      statements: [`return ${plan.constant}.create(options);`],
    },
  ];
}
