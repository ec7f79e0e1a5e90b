/** The public door `modelwright/registry`: a catalog that changes while the program runs. Needs Node and zod. */
export { type Compatibility, checkCompatibility, type ModelNeeds } from "./catalog/compatibility.js";
export type { Act } from "./registry/act.js";
export type { ConfigBackend, ConfigEntry, ConfigSnapshot, WriteOptions } from "./registry/backend.js";
export { type BackendSourceOptions, backendSource } from "./registry/backend-source.js";
export type { AwsAccess } from "./registry/backends/aws-store.js";
export { type ConsulOptions, consulBackend } from "./registry/backends/consul.js";
export { type DynamoOptions, dynamodbBackend, dynamodbTable } from "./registry/backends/dynamodb.js";
export { type EtcdOptions, etcdBackend } from "./registry/backends/etcd.js";
export type { PollingOptions } from "./registry/backends/polling.js";
export { type PostgresOptions, postgresBackend, postgresSchema } from "./registry/backends/postgres.js";
export { type RedisOptions, redisBackend } from "./registry/backends/redis.js";
export { type S3Options, s3Backend } from "./registry/backends/s3.js";
export type { Consent, Layer, Question } from "./registry/consent.js";
export type { DeployedCall, Deployment, DeployOptions, Sample } from "./registry/deployment.js";
export { openEnvelope, type SignedDocuments, signDocuments, type TrustOptions } from "./registry/envelope.js";
export type { Explanation } from "./registry/explain.js";
export { fileBackend } from "./registry/file-backend.js";
export { type FileOptions, files } from "./registry/file-source.js";
export { type FollowOptions, followBackend } from "./registry/follow-backend.js";
export type { Change, Generation } from "./registry/generation.js";
export { type HealthEvent, type HealthMonitor, type HealthOptions, monitorHealth } from "./registry/health.js";
export { createInference, type InferOptions, type Inferred, inferredFlags, statedFlags } from "./registry/infer.js";
export { fileJournal, type Journal } from "./registry/journal.js";
export { type Learner, learnFromRefusals, type Proposal } from "./registry/learn.js";
export { type LiveModelsOptions, liveModels } from "./registry/live-models.js";
export { MemoryStore, memoryBackend } from "./registry/memory-backend.js";
export type { PlausibilityOptions } from "./registry/plausibility.js";
export type { Found, ListedEntry, ModelQuery } from "./registry/query.js";
export { createRegistry } from "./registry/registry.js";
export type {
  ModelOf,
  Registry,
  RegistryEvent,
  RegistryOptions,
  RegistryProvider,
  RegistryProviders,
  Version,
} from "./registry/registry-types.js";
export { type ModelResolver, modelResolver, type Resolution, type ResolverOptions } from "./registry/resolve-model.js";
export { overlay, type Source, type SourceDocument, type SourceWatcher } from "./registry/source.js";
export type { SourceStatus } from "./registry/source-state.js";
export { type UrlOptions, url } from "./registry/url-source.js";
export { type Ability, type ModelReport, type ValidateOptions, validateModel } from "./registry/validate-model.js";
