// Who is given what.
import { objectOf, type Description, type Given } from "../description.ts";

export interface Holder {
  readonly task: string;
  /** The task's name for it. */
  readonly name: string;
  readonly given: Given;
}

/** Those with that right, or with any. */
export function holders(description: Description, kind: string, object: string, right?: string): Holder[] {
  return Object.entries(description.tasks).flatMap(([task, { given }]) => Object.entries(given ?? {})
    .filter(([, each]) => objectOf(each).kind === kind && objectOf(each).name === object)
    .filter(([, each]) => right === undefined || (each.rights as readonly string[]).includes(right))
    .map(([name, each]) => ({ task, name, given: each })));
}
