// For tests: proved, or an exception that says why not.
import type { Bundle } from "../language/ports.ts";
import type { Design } from "../language/design.ts";
import { proveEqual, type EqualOptions } from "./equal.ts";
import type { Proof } from "./outcome.ts";
import { prove, type ProveOptions } from "./prove.ts";
import { isComplete, report } from "./report.ts";

export class NotProved extends Error {
  override readonly name = "NotProved";
  readonly proof: Proof;

  constructor(proof: Proof) {
    super(report(proof));
    this.proof = proof;
  }
}

/** Every assertion is proved, or holds for the depth if induction is declined; every cover point is reached. */
export async function requireProof(design: Design, options?: ProveOptions): Promise<Proof> {
  return complete(await prove(design, options));
}

/** The two designs do the same. */
export async function requireEqual<B extends Bundle>(
  one: Design<B>,
  other: Design<NoInfer<B>>,
  options?: EqualOptions<B>,
): Promise<Proof> {
  return complete(await proveEqual(one, other, options));
}

function complete(proof: Proof): Proof {
  if (!isComplete(proof)) throw new NotProved(proof);
  return proof;
}
