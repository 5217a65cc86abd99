// String instructions, with and without a repeat prefix, those of ports among them.
import type { MicroOp } from "../microop.ts";
import { loadElement, storeElement, type Step } from "./steps.ts";

const countDown: MicroOp = { operation: "sub", a: "ecx", b: "one", to: "ecx", size: "address" };

/** REP: nothing if the count is 0, else the body until the count, or REPE's and REPNE's condition, ends it. */
function repeat(name: string, next: "if_many" | "if_repeat", body: readonly Step[]): Step[] {
  const [first, ...rest] = body;
  return [
    { label: `rep_${name}`, a: "ecx", size: "address", next: "if_zero", target_step: "finish", expect: "not_taken" },
    { ...first!, label: `rep_${name}_body`, interruptible: true },
    ...rest,
    { ...countDown, next, target_step: `rep_${name}_body`, expect: "taken" },
    { next: "jump", target_step: "finish" },
  ];
}

const compareElement: MicroOp = { operation: "cmp", b: "memory", size: "w", flags: "status" };
const compareBoth: readonly [Step, Step, Step] = [
  { operation: "move", b: "memory", to: "t0", size: "w" },
  loadElement("edi"),
  { ...compareElement, a: "t0" },
];

export const strings: Step[] = [
  { label: "movs", ...storeElement("memory"), next: "end" },
  { label: "lods", operation: "move", b: "memory", to: "eax", size: "w", next: "end" },
  { label: "scas", ...compareElement, a: "eax", next: "end" },
  { label: "cmps", ...compareBoth[0] },
  compareBoth[1],
  { ...compareBoth[2], next: "end" },
  ...repeat("movs", "if_many", [loadElement("esi"), storeElement("memory")]),
  ...repeat("stos", "if_many", [storeElement("eax")]),
  ...repeat("lods", "if_many", [loadElement("esi"), { operation: "move", b: "memory", to: "eax", size: "w" }]),
  ...repeat("scas", "if_repeat", [loadElement("edi"), { ...compareElement, a: "eax" }]),
  ...repeat("cmps", "if_repeat", [loadElement("esi"), ...compareBoth]),
];

