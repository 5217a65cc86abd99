// What the timing table says of an interrupt's delivery as this folder's programs have it: through a gate of the 386,
// to a segment that has been accessed before, without an error code.
import { deliveryWays, type Outcome } from "../../soc/cpu/timing.ts";

export interface Delivery {
  /** From the clock in which an instruction gives way to where the handler's first could be complete. */
  readonly clocks: number;
  readonly steps: number;
  readonly loads: number;
  readonly stores: number;
}

function isUsual({ condition, check, holds }: Outcome, inner: boolean): boolean {
  switch (condition) {
    case "protected_mode": case "if_accessed": return holds;
    case "if_error_code": return !holds;
    case "if_check": return holds === (check === "inner" ? inner : check === "tss_of_386");
    default: throw new Error("the microcode's delivery asks something new");
  }
}

/** To the same ring, or from ring 3 to ring 0 with a stack from the TSS. */
export function delivery({ inner }: { readonly inner: boolean }): Delivery {
  const ways = deliveryWays().filter(({ outcomes }) => outcomes.every((outcome) => isUsual(outcome, inner)));
  const [way] = ways;
  if (way === undefined || ways.length > 1) throw new Error("not the one delivery that is usual");
  const { steps } = way;
  return {
    clocks: way.clocks + way.leaves_bubbles,
    steps: steps.length,
    loads: steps.filter((step) => step.loads).length,
    stores: steps.filter((step) => step.stores).length,
  };
}
