/** The films that a gateway has on order: found again by an id of its own, by whoever ordered them, for as long as the process lives. */
import type { TaskReply } from "../client/task-reply.js";
import type { Job } from "../model/job.js";
import type { ServedTask } from "../protocols/server.js";
import type { ServedModel } from "./model-names.js";
import { GatewayRefusal } from "./refusal.js";

export interface VideoJob {
  readonly job: Job<TaskReply<"video">>;
  readonly model: ServedModel;
  readonly served: ServedTask<"video">;
  /** Parameters by canonical name. */
  readonly params: { readonly [name: string]: unknown };
  /** Tenant that ordered it; undefined where there are no keys. */
  readonly tenant: string | undefined;
}

/** The oldest are forgotten: they go on at their providers, but nobody here can ask for them. */
const kept = 1000;

export class VideoJobs {
  private readonly jobs = new Map<string, VideoJob>();

  /** Its id: no provider's own, which would say whose account it is. */
  add(job: VideoJob): string {
    const id = `video_${crypto.randomUUID().replaceAll("-", "")}`;
    const [oldest] = this.jobs.keys();
    if (this.jobs.size >= kept && oldest !== undefined) this.jobs.delete(oldest);
    this.jobs.set(id, job);
    return id;
  }

  /** Throws "not-found" also for a job of another tenant. */
  find(id: string, tenant: string | undefined): VideoJob {
    const job = this.jobs.get(id);
    if (job !== undefined && job.tenant === tenant) return job;
    throw new GatewayRefusal(404, "not-found", "there is no such video; a gateway forgets them when it ends");
  }

  delete(id: string): void {
    this.jobs.delete(id);
  }
}
