/** The public door `modelwright/registry`: a catalog that changes while the program runs. Needs Node and zod. */
export type { ConfigBackend, ConfigEntry, ConfigSnapshot, WriteOptions } from "./registry/backend.js";
export { type ConsulOptions, consulBackend } from "./registry/backends/consul.js";
export { type EtcdOptions, etcdBackend } from "./registry/backends/etcd.js";
export { type PostgresOptions, postgresBackend, postgresSchema } from "./registry/backends/postgres.js";
export { type RedisOptions, redisBackend } from "./registry/backends/redis.js";
export { fileBackend } from "./registry/file-backend.js";
export { type FollowOptions, followBackend } from "./registry/follow-backend.js";
export { MemoryStore, memoryBackend } from "./registry/memory-backend.js";
