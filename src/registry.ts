/** The public door `modelwright/registry`: a catalog that changes while the program runs. Needs Node and zod. */
export type { ConfigBackend, ConfigEntry, ConfigSnapshot, WriteOptions } from "./registry/backend.js";
export { fileBackend } from "./registry/file-backend.js";
export { type FollowOptions, followBackend } from "./registry/follow-backend.js";
export { MemoryStore, memoryBackend } from "./registry/memory-backend.js";
