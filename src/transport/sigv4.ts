/** Signs requests with AWS Signature Version 4. The only file that knows aws4fetch, loaded with the first signature. */
import { ModelwrightError } from "../errors.js";
import type { SignableRequest, Signing } from "./auth.js";
import { checkValue } from "./headers.js";

// aws4fetch: no dependencies, 11 KB, WebCrypto only, so that it signs on Node, edge runtimes and browsers alike;
// @smithy/signature-v4 needs a hash for each platform and brings three packages.
type Signer = typeof import("aws4fetch");

async function loadSigner(): Promise<Signer> {
  try {
    return await import("aws4fetch");
  } catch {
    throw new ModelwrightError(
      "invalid-configuration",
      "signing requests for AWS needs a package: npm install aws4fetch, or use an API key",
    );
  }
}

/** Adds `x-amz-date`, `authorization` and, for temporary credentials, `x-amz-security-token`. */
export async function signAwsRequest(request: SignableRequest, signing: Signing): Promise<void> {
  const { AwsV4Signer } = await loadSigner();
  const { accessKeyId, secretAccessKey, sessionToken } = signing.credentials;
  checkValue(accessKeyId, "the access key id");
  if (sessionToken !== undefined) checkValue(sessionToken, "the session token");
  const { headers } = await new AwsV4Signer({
    method: request.method,
    url: request.url.href,
    headers: request.headers,
    ...(request.body === undefined ? {} : { body: request.body as BodyInit }),
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    service: signing.service,
    region: signing.region,
    datetime: basicDate(signing.at),
  }).sign();
  for (const name of ["x-amz-date", "x-amz-security-token", "authorization"]) {
    const value = headers.get(name);
    if (value !== null) request.headers[name] = value;
  }
}

/** ISO 8601 in its basic form: `20150830T123600Z`. */
function basicDate(at: number): string {
  return new Date(at).toISOString().replace(/[:-]|\.\d{3}/g, "");
}
