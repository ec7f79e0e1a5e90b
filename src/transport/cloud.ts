/** What only the providers of one cloud need. Generated clients name it, so that nobody else's bundle carries it. */
import type { RequestSigner } from "./auth.js";
import { createEventStreamReader } from "./event-stream.js";
import type { FrameReader, Framing } from "./frame.js";
import { signAwsRequest } from "./sigv4.js";

export interface Cloud {
  readonly framing: Framing;
  /** A frame of more than `maxLength` bytes throws `TransportError` ("invalid-response"). */
  readonly createFrameReader: (maxLength: number) => FrameReader;
  readonly sign: RequestSigner;
}

/** Amazon Web Services: signed requests and the binary event stream. */
export const aws: Cloud = {
  framing: "aws-event-stream",
  createFrameReader: createEventStreamReader,
  sign: signAwsRequest,
};
