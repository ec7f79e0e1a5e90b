/** What the server of the benches sends where. */

/** Base path of whole answers: text of this many chunks. */
export const wholePath = "/whole";
export const chunksPerAnswer = 40;
/** Base path of streams as fast as the socket takes them. */
export const fastPath = "/fast";
export const chunksPerStream = 2_000;
/** Base path of streams that send one chunk every second, for ever. */
export const slowPath = "/slow";
