// What the tests of the parts are written with: parts with a fault planted in them.
import type { Bits } from "../language/bits.ts";
import type { Bundle } from "../language/ports.ts";
import type { Design, Statement } from "../language/design.ts";
import { prove, type ProveOptions } from "../formal/prove.ts";

/** The same design, but for what drives the signal of one name. */
export function withFault<B extends Bundle>(design: Design<B>, label: string, fault: (value: Bits) => Bits): Design<B> {
  let planted = 0;
  const mutate = (statement: Statement): Statement => {
    if (statement.kind === "assign") {
      if (statement.target.label !== label) return statement;
      planted++;
      return { ...statement, value: fault(statement.value) };
    }
    const otherwise = statement.otherwise?.map(mutate);
    if (statement.kind === "when") {
      return { ...statement, arms: statement.arms.map((arm) => ({ ...arm, body: arm.body.map(mutate) })), otherwise };
    }
    return { ...statement, arms: statement.arms.map((arm) => ({ ...arm, body: arm.body.map(mutate) })), otherwise };
  };
  const body = design.body.map(mutate);
  if (planted === 0) throw new Error(`nothing drives "${label}" in module "${design.name}"`);
  return { ...design, body };
}

/** Names of the assertions that the prover shows to fail, on a way from reset. */
export async function refuted(design: Design, options: ProveOptions): Promise<readonly string[]> {
  const { verdict } = await prove(design, { induction: false, folder: `build/formal/${design.name}_fault`, ...options });
  return verdict.kind === "counterexample" ? verdict.failed.map(({ path }) => path) : [];
}
