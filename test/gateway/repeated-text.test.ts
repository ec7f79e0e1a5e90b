/** An answer that begins anew behind a stream: the client ends up with exactly the new answer, or with an error. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { ProtocolEvent } from "../../src/chat/events.js";
import { RepeatedText } from "../../src/server/repeated-text.js";

const deltas = (text: string, cuts: readonly number[]): ProtocolEvent[] => {
  const places = [0, ...[...cuts].map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
  return places.slice(1).map((end, i) => ({ type: "text-delta", text: text.slice(places[i], end) }));
};
const finish = { type: "source", source: {} } as const;

it("holds for every cut of both answers", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 8 });
  const cuts = fc.array(fc.nat(20), { maxLength: 5 });
  fc.assert(
    fc.property(letters, letters, cuts, cuts, (first, second, firstCuts, secondCuts) => {
      const repeated = new RepeatedText();
      let seen = "";
      const send = (event: ProtocolEvent) => {
        const unseen = repeated.unseen(event);
        if (unseen?.type === "text-delta") seen += unseen.text;
      };
      deltas(first, firstCuts).forEach(send);
      const again = () => {
        repeated.restart("first");
        deltas(second, secondCuts).forEach(send);
        send(finish);
      };
      if (second.startsWith(first)) again();
      else expect(again).toThrow("answers otherwise");
      expect(seen).toBe(second.startsWith(first) ? second : first);
    }),
  );
});

it("takes back nothing but text", () => {
  const repeated = new RepeatedText();
  repeated.unseen({ type: "tool-call-start", index: 0, id: "a", name: "b" });
  expect(() => repeated.restart("first")).toThrow("broke off");
});
