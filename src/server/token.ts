/** Checks the token that a client shows, in time that says nothing about it. */

/** The token of `Authorization: Bearer` or, as Anthropic's clients send it, of `x-api-key`. */
export function shownToken(header: (name: string) => string | null | undefined): string | undefined {
  const bearer = /^bearer +(\S+)\s*$/i.exec(header("authorization") ?? "")?.[1];
  return bearer ?? header("x-api-key") ?? undefined;
}

/** Digests have one length and nothing in common with the tokens, so neither length nor prefix shows in the time. */
export function tokenCheck(token: string): (shown: string | undefined) => Promise<boolean> {
  const wanted = digest(token);
  return async (shown) => {
    if (shown === undefined) return false;
    const [a, b] = await Promise.all([digest(shown), wanted]);
    let difference = 0;
    for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] as number);
    return difference === 0;
  };
}

async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}

/** SHA-256 in hexadecimal: how keys are kept. */
export async function hexDigest(text: string): Promise<string> {
  return [...(await digest(text))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
