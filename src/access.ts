/** The public door `modelwright/access`: reads who may call a gateway, and what, from a file. Needs zod. */
export type { AccessDocument } from "./server/access-document.js";
export { parseAccess } from "./server/access-file.js";
