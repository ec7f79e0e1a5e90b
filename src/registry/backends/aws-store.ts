/** Requests to a store of Amazon's making, or one that speaks like it: bounded as all are, and signed. */
import { createHash } from "node:crypto";
import { ModelwrightError } from "../../errors.js";
import type { Credentials } from "../../transport/auth.js";
import { signAwsRequest } from "../../transport/sigv4.js";
import { askStore, type HttpStore, type StoreAnswer, type StoreRequest, storeAddress } from "./http-store.js";

/** Who asks, and where. */
export interface AwsAccess {
  /** `eu-central-1`. */
  readonly region: string;
  /** Fixed ones, or a function that gives those of the moment: a provider of the AWS SDK fits. */
  readonly credentials: Credentials | (() => Credentials | Promise<Credentials>);
  /** Of a store that is not Amazon's, or of a private endpoint: `https://minio.internal:9000`. */
  readonly address?: string;
}

/** Asks one service with signed requests. Needs the package `aws4fetch`. */
export class AwsStore implements HttpStore {
  readonly name: string;
  readonly address: string;
  private readonly ending = new AbortController();
  private readonly service: string;
  private readonly access: AwsAccess;

  constructor(name: string, service: string, access: AwsAccess & { readonly address: string }) {
    this.name = name;
    this.service = service;
    this.access = access;
    this.address = storeAddress(name, access.address);
  }

  get closing(): AbortSignal {
    return this.ending.signal;
  }

  async ask({ body, ...request }: Omit<StoreRequest, "body"> & { readonly body?: string }): Promise<StoreAnswer> {
    // A text would go out with a content type of which the signature does not know.
    const bytes = Buffer.from(body ?? "");
    const headers: Record<string, string> = {
      ...request.headers,
      "x-amz-content-sha256": createHash("sha256").update(bytes).digest("hex"),
    };
    const { method = "GET" } = request;
    const url = new URL(this.address + request.path);
    const { region } = this.access;
    const signing = { credentials: await this.credentials(), service: this.service, region, at: Date.now() };
    await signAwsRequest({ method, url, headers, body: bytes }, signing);
    return askStore(this, { ...request, headers, ...(body === undefined ? {} : { body: bytes }) });
  }

  close(): void {
    this.ending.abort();
  }

  private async credentials(): Promise<Credentials> {
    const { credentials } = this.access;
    if (typeof credentials !== "function") return credentials;
    try {
      return await credentials();
    } catch {
      // Its message may hold what it failed to hand over.
      throw new ModelwrightError("permission", `${this.name}: the credentials function failed`);
    }
  }
}
