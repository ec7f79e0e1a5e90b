/** A group of chat models behind one handle: it takes what every member takes, and names the member that refuses. */
import type { Degraded, DegradedModel } from "./degraded.js";
import type { ChatModelWith, DynamicProfile, Unchecked } from "./dynamic.js";
import type { ChatModel } from "./handle.js";
import type { Nothing } from "./profile.js";
import type { ChatReply, ChatStream } from "./reply.js";
import type { ChatRequest } from "./request.js";
import type { Schema } from "./schema.js";

/** What every member of `Members` accepts. */
export type GroupRequest<Members, T, S, N extends number, R> = Members extends readonly [infer First, ...infer Rest]
  ? MemberRequest<First, T, S, N, R> & GroupRequest<Rest, T, S, N, R>
  : unknown;

type MemberRequest<Member, T, S, N extends number, R> =
  Member extends ChatGroup<infer Inner>
    ? GroupRequest<Inner, T, S, N, R>
    : Member extends ChatModel<infer P, infer Id>
      ? ChatRequest<P, Id, T, S, N, R>
      : Member extends DegradedModel<infer P, infer Id, infer C>
        ? ChatRequest<Degraded<P, C>, Id, T, S, N, R>
        : Member extends ChatModelWith<infer C>
          ? ChatRequest<DynamicProfile<C>, Unchecked, T, S, N, R>
          : never;

/** The reply of whichever member answered. */
export type GroupReply<Members extends readonly unknown[], T, S> = MemberReply<Members[number], T, S>;
type MemberReply<Member, T, S> =
  Member extends ChatGroup<infer Inner>
    ? GroupReply<Inner, T, S>
    : Member extends ChatModel<infer P, infer Id>
      ? ChatReply<P, Id, T, S>
      : Member extends DegradedModel<infer P, infer Id, infer C>
        ? ChatReply<Degraded<P, C>, Id, T, S>
        : Member extends ChatModelWith<infer C>
          ? ChatReply<DynamicProfile<C>, string, T, S>
          : never;

/** A handle over several chat models. */
export interface ChatGroup<Members extends readonly unknown[]> {
  readonly kind: "chat";
  readonly members: Members;
  chat<T = Nothing, S extends Schema = never, N extends number = number, const R = Nothing>(
    request: GroupRequest<Members, T, S, N, R>,
  ): Promise<GroupReply<Members, T, S>>;
  stream<T = Nothing, S extends Schema = never, N extends number = number, const R = Nothing>(
    request: GroupRequest<Members, T, S, N, R>,
  ): ChatStream<GroupReply<Members, T, S>>;
}
