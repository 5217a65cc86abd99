// Calls of the fast IPC layer by its gate: the attacker has a guarded lane with both ends, so two rows, put and get.
import { refusal } from "../../kernel/capability-model.ts";

export interface GateCall {
  readonly row: number;
  readonly words: readonly [number, number, number, number];
  /** In ring 3, where it makes no difference. */
  readonly stackPointer: number;
}

const [PUT, GET] = [0, 1];

export function randomGateCall(below: (count: number) => number): GateCall {
  const word = (): number => below(2 ** 32);
  const row = below(8) === 0 ? word() : below(3);
  return { row, words: [word(), word(), word(), word()], stackPointer: word() };
}

export interface LaneOfAttacker {
  begin(): void;
  expected(call: GateCall): number;
  /** Whether the last call, as it was expected, leaves these words. */
  hands(words: readonly number[]): boolean;
}

export function laneOfAttacker(slots: number): LaneOfAttacker {
  let inside: (readonly number[])[] = [];
  let last: readonly number[] = [];
  return {
    begin() {
      inside = [];
    },
    expected({ row, words }) {
      last = words;
      if (row === PUT) {
        if (inside.length === slots) return refusal("FULL");
        inside.push(words);
        return 0;
      }
      if (row !== GET) return refusal("BAD_SLOT");
      const taken = inside.shift();
      if (taken === undefined) return refusal("EMPTY");
      last = taken;
      return 0;
    },
    hands: (words) => words.every((word, index) => word === last[index]),
  };
}
