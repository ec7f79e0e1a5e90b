/** The built-in strategies: fixed order, turns, weights, price, speed, load. */
import { expectedCost } from "./expected-cost.js";
import type { Member } from "./member.js";
import { rotate, type Strategy } from "./strategy.js";

/** In the order given. */
export const inOrder: Strategy = { order: (members) => members };

/** Each call begins with the next member; the others follow in order. */
export function inTurn(): Strategy {
  let next = 0;
  return {
    order(members) {
      const first = next % members.length;
      next = first + 1;
      return rotate(members, first);
    },
  };
}

/** The first member by chance, in proportion to its weight; the others follow by weight. */
export function byWeight(weights: readonly number[], random: () => number): Strategy {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return {
    order(members) {
      let point = random() * total;
      let chosen = members.findIndex((member) => {
        point -= weights[member.index] ?? 0;
        return point < 0;
      });
      if (chosen < 0) chosen = members.length - 1;
      const first = members[chosen] as Member;
      const rest = members.filter((member) => member !== first && (weights[member.index] ?? 0) > 0);
      return [first, ...rest.sort((a, b) => (weights[b.index] ?? 0) - (weights[a.index] ?? 0))];
    },
  };
}

/** The lowest expected cost of this request first; members without a known price come last, in order. */
export const byCost: Strategy = {
  order: (members, options) => sortedBy(members, (member) => expectedCost(member, options)),
};

/** Weight of the newest measurement in a moving average. */
const newest = 0.3;

/** The lowest time to the first token first, by moving average. Members not yet measured are tried first. */
export function bySpeed(): Strategy {
  const averages = new Map<Member, number>();
  return {
    order: (members) => sortedBy(members, (member) => averages.get(member) ?? 0),
    began: (member) => (outcome) => {
      // A failure counts as slow as it was: a member that times out goes to the back.
      const measured = outcome.ok ? (outcome.firstTokenMs ?? outcome.totalMs) : Math.max(outcome.totalMs, failureMs);
      const average = averages.get(member);
      averages.set(member, average === undefined ? measured : average + newest * (measured - average));
    },
  };
}

/** What a quick failure counts as, so that failing fast is not taken for being fast. */
const failureMs = 10_000;

/** The fewest calls in flight first. */
export function byLoad(): Strategy {
  const running = new Map<Member, number>();
  const change = (member: Member, by: number) => running.set(member, (running.get(member) ?? 0) + by);
  return {
    order: (members) => sortedBy(members, (member) => running.get(member) ?? 0),
    began(member) {
      change(member, 1);
      return () => change(member, -1);
    },
  };
}

function sortedBy(members: readonly Member[], value: (member: Member) => number): readonly Member[] {
  const ranked = members.map((member) => ({ member, rank: value(member) }));
  // Stable: equals stay in the order given.
  return ranked.sort((a, b) => (a.rank === b.rank ? 0 : a.rank < b.rank ? -1 : 1)).map(({ member }) => member);
}
