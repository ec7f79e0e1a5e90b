/** Checks the token that a client shows, in time that says nothing about it. */

/** The token of `Authorization: Bearer` or, as Anthropic's clients send it, of `x-api-key`. */
export function shownToken(headers: Headers): string | undefined {
  const bearer = /^bearer +(\S+)\s*$/i.exec(headers.get("authorization") ?? "")?.[1];
  return bearer ?? headers.get("x-api-key") ?? undefined;
}

/** Digests have one length and nothing in common with the tokens, so neither length nor prefix shows in the time. */
export async function isToken(shown: string | undefined, token: string): Promise<boolean> {
  const [a, b] = await Promise.all([digest(shown ?? ""), digest(token)]);
  let difference = shown === undefined ? 1 : 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] as number);
  return difference === 0;
}

async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}
