/** What goes to the wire. */

/** The HTTP request of a call, before authentication. */
export interface WireRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Appended to the base URL; begins with `/`. Ids in it are percent-encoded by the room. */
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  /** JSON value; `undefined` for none. */
  readonly body: unknown;
  /** Sent as they are instead of a body: a recording. */
  readonly bytes?: { readonly content: Uint8Array; readonly mediaType: string } | undefined;
  /** Sent as `multipart/form-data` instead of a body. */
  readonly form?: readonly FormField[] | undefined;
  /**
   * Asked for here instead of at `path`: an address that the provider gave. It is refused unless it is of the base
   * URL's origin, or of `domain` (a fact of the catalog) while the base URL is, too.
   */
  readonly url?: string | undefined;
  readonly domain?: string | undefined;
}

/** A field of a form: text, or a file. */
export type FormField =
  | { readonly name: string; readonly value: string }
  | { readonly name: string; readonly bytes: Uint8Array; readonly filename: string; readonly mediaType: string };
