/** A TCP line between a client and a server of this machine, which can be cut, or go silent without a word. */
import { connect, createServer, type Server, type Socket } from "node:net";

export interface Line {
  /** Where clients reach the server through this line. */
  readonly port: number;
  /** Connections that passed so far. */
  readonly count: number;
  /** Ends every connection, and refuses new ones. */
  cut(): void;
  /** Loses every byte of every connection, old and new, and ends none: both sides believe that they are connected. */
  silence(): void;
  /** Lets new connections through. Those that were cut or silenced stay as they are. */
  mend(): void;
  close(): Promise<void>;
}

export async function lineTo(target: number): Promise<Line> {
  let state: "open" | "cut" | "silent" = "open";
  let count = 0;
  const open = new Set<Pair>();
  const server: Server = createServer((near) => {
    count += 1;
    if (state === "cut") return near.destroy();
    const pair = new Pair(near, target);
    open.add(pair);
    near.once("close", () => open.delete(pair));
    if (state === "silent") pair.silence();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the line has no port");
  const cut = (): void => {
    for (const pair of open) pair.end();
    open.clear();
  };
  return {
    port: address.port,
    get count() {
      return count;
    },
    cut() {
      state = "cut";
      cut();
    },
    silence() {
      state = "silent";
      for (const pair of open) pair.silence();
    },
    mend() {
      state = "open";
    },
    close() {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

class Pair {
  private readonly near: Socket;
  private readonly far: Socket;
  private silent = false;

  constructor(near: Socket, target: number) {
    this.near = near;
    this.far = connect(target, "127.0.0.1");
    this.join(near, this.far);
    this.join(this.far, near);
  }

  silence(): void {
    this.silent = true;
  }

  end(): void {
    this.near.destroy();
    this.far.destroy();
  }

  private join(from: Socket, to: Socket): void {
    from.on("data", (bytes) => {
      if (!this.silent) to.write(bytes);
    });
    for (const event of ["error", "close"])
      from.on(event, () => {
        if (!this.silent) to.destroy();
      });
  }
}
