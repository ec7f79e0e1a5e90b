/** The arithmetic of costs as calls load it. A file of its own: what the package's door exports too, a bundle would have before its first call. */
export { costOf } from "../chat/cost.js";
