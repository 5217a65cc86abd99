// Markers in front of an instruction, brought to that instruction: a compiler may put a few others between the two.
import type { Code, Instruction } from "./code.ts";
import type { FlowFacts } from "./flow-facts.ts";
import { Problem } from "./problem.ts";

const distance_max = 16;

/** The facts with `repeats` and `targets` by the instruction that they are about. */
export function attached(facts: FlowFacts, code: Code): FlowFacts {
  return {
    ...facts,
    repeats: moved(facts.repeats, code, ({ repeats }) => repeats),
    targets: moved(facts.targets, code, ({ flow }) => flow === "indirect call" || flow === "indirect jump"),
  };
}

function moved<T>(
  facts: ReadonlyMap<number, T>,
  code: Code,
  isMeant: (instruction: Instruction) => boolean,
): Map<number, T> {
  return new Map(
    [...facts].map(([marker, fact]) => {
      let address = marker;
      for (let distance = 0; distance < distance_max; distance++) {
        const instruction = code(address);
        if (isMeant(instruction)) return [address, fact] as const;
        if (instruction.flow !== "next") break;
        address += instruction.bytes;
      }
      throw new Problem("marker beside the code", [marker], "what it is about does not follow");
    }),
  );
}
