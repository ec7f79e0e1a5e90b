/** What only the providers of one cloud need. Generated clients name it, so that nobody else's bundle carries it. */
import type { RequestSigner } from "./auth.js";
import { createEventStreamReader } from "./event-stream.js";
import type { FrameReader, Framing } from "./frame.js";
import { fetchGoogleToken } from "./google-token.js";
import { signAwsRequest } from "./sigv4.js";

/** Gives an access token: of the account in a credentials file, else of the machine's own. Cached by whoever gives it. */
export type TokenSource = (keyFile: string | undefined) => Promise<string>;

/** What the providers of one cloud need: signatures, framings. */
export interface Cloud {
  readonly framing?: Framing;
  /** A frame of more than `maxLength` bytes throws `TransportError` ("invalid-response"). */
  readonly createFrameReader?: (maxLength: number) => FrameReader;
  readonly sign?: RequestSigner;
  readonly accessToken?: TokenSource;
}

/** Amazon Web Services: signed requests and the binary event stream. */
export const aws: Cloud = {
  framing: "aws-event-stream",
  createFrameReader: createEventStreamReader,
  sign: signAwsRequest,
};

/** Google Cloud: access tokens. */
export const googleCloud: Cloud = { accessToken: fetchGoogleToken };
