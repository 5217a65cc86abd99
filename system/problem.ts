// What is wrong with a description: where, what, and how to mend it.
import type { Path, Places } from "./places.ts";

export interface Problem {
  /** The key, from the description's outermost on: `["tasks", "motor", "deadline"]`. */
  readonly path: Path;
  readonly message: string;
  readonly mend: string;
}

/** All problems of a description, each with the line of the key that it is about. */
export class SystemError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[], places: Places) {
    super(problems.map((problem) => problemText(problem, places)).join("\n"));
    this.name = "SystemError";
    this.problems = problems;
  }
}

const problemText = ({ path, message, mend }: Problem, places: Places): string =>
  `${places(path)}: ${path.join(".")}: ${message}: ${mend}`;
