/** Fetches Google's access tokens. The only file that knows google-auth-library, loaded with the first token. */
import { ModelwrightError } from "../errors.js";

// google-auth-library: Google's own. It reads credentials files, gcloud's login, workload identity and the metadata
// server, and fetches a new token before the old one ends; each of these is a protocol of its own.
type Library = typeof import("google-auth-library");

type Account = InstanceType<Library["GoogleAuth"]>;

/** One per credentials file: each keeps its token. */
const accounts = new Map<string | undefined, Account>();

async function loadLibrary(): Promise<Library> {
  try {
    return await import("google-auth-library");
  } catch {
    throw new ModelwrightError(
      "invalid-configuration",
      "Google's access tokens need a package: npm install google-auth-library, or pass a token as apiKey",
    );
  }
}

/**
 * An access token for Google Cloud: of the account in `keyFile`, else of application default credentials. Throws
 * "authentication" when there is no account or it gives no token.
 */
export async function fetchGoogleToken(keyFile: string | undefined): Promise<string> {
  const { GoogleAuth } = await loadLibrary();
  let account = accounts.get(keyFile);
  if (account === undefined) {
    const scopes = "https://www.googleapis.com/auth/cloud-platform";
    account = new GoogleAuth({ scopes, ...(keyFile === undefined ? {} : { keyFile }) });
    accounts.set(keyFile, account);
  }
  let token: string | null | undefined;
  try {
    token = await account.getAccessToken();
  } catch (cause) {
    // The library's message names files and accounts, and never holds a key.
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ModelwrightError("authentication", `no access token from Google: ${reason}`);
  }
  if (!token) throw new ModelwrightError("authentication", "no access token from Google");
  return token;
}
