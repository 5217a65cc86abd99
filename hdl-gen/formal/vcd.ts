// Reads the traces that yosys-smtbmc writes: one value for each signal and step.

/** Values by dotted path, without the top module's name; index 0 is the first step. */
export type Steps = ReadonlyMap<string, readonly (bigint | undefined)[]>;

export function readSteps(text: string): Steps {
  const [declarations = "", changes = ""] = text.split("$enddefinitions $end");
  const paths = signalPaths(declarations);
  const values = new Map<string, bigint | undefined>();
  const steps: Map<string, bigint | undefined>[] = [];
  for (const block of changes.split(/^#\d+$/m).slice(1)) {
    const lines = block.split("\n").filter((line) => line !== "");
    // Half way through a step only the clock falls.
    if (!lines.includes(STEP_BEGINS)) continue;
    for (const line of lines) {
      const match = /^b([01xz]+) (\S+)$/.exec(line);
      if (match?.[1] !== undefined && match[2] !== undefined) {
        values.set(match[2], /[xz]/.test(match[1]) ? undefined : BigInt(`0b${match[1]}`));
      }
    }
    steps.push(new Map(values));
  }
  // The last block only ends the step before it.
  steps.pop();
  return new Map([...paths].map(([id, path]) => [path, steps.map((step) => step.get(id))]));
}

/** The event that yosys-smtbmc gives at the beginning of each step. */
const STEP_BEGINS = "1!";

/** Paths of the signals by the short names that stand for them. */
function signalPaths(declarations: string): ReadonlyMap<string, string> {
  const scope: string[] = [];
  const paths = new Map<string, string>();
  for (const line of declarations.split("\n")) {
    const [word, a = "", b = "", id = "", name = ""] = line.trim().split(/\s+/);
    if (word === "$scope") scope.push(b);
    else if (word === "$upscope") scope.pop();
    else if (word === "$var" && a === "wire" && scope.length > 0) paths.set(id, [...scope.slice(1), name].join("."));
  }
  return paths;
}
