/** Names keys without telling them, so that policies can keep what they know of one key apart from another. */

/** Fresh in each process: a name says nothing about its key to who reads it elsewhere. */
const salt = /*#__PURE__*/ String(Math.random());

let clients = 0;

/** The same for the same key within this process. FNV-1a twice, as 32 bits collide among some ten thousand keys. */
export function credentialOfKey(key: string): string {
  let a = 0x811c9dc5;
  let b = 0x01000193;
  const text = salt + key;
  for (let i = 0; i < text.length; i += 1) {
    a = Math.imul(a ^ text.charCodeAt(i), 0x01000193);
    b = Math.imul(b ^ text.charCodeAt(i), 0x01000197);
  }
  return `key-${(a >>> 0).toString(36)}${(b >>> 0).toString(36)}`;
}

/** For a client whose key is given by a function or the environment: one name for whatever it gives. */
export function credentialOfClient(): string {
  clients += 1;
  return `client-${clients}`;
}
