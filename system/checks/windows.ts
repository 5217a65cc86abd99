// The major frame: every partition that has tasks gets time in it, and partitions that share a window share them all,
// since only then do their tasks make one set to be analysed.
import type { Description } from "../description.ts";
import { limits } from "../machine.ts";
import type { System, Window } from "../model.ts";
import type { Problem } from "../problem.ts";

/** Names only: before anything is resolved. */
export function checkWindowNames(description: Description): Problem[] {
  const partitions = Object.keys(description.partitions ?? {});
  return (description.frame ?? []).flatMap(({ partitions: names }, index) => names
    .filter((name) => !partitions.includes(name))
    .map((name): Problem => ({
      path: ["frame", index, "partitions"], message: `there is no partition "${name}"`,
      mend: partitions.length === 0 ? "declare partitions" : `use one of ${partitions.join(", ")}`,
    })));
}

const isOpen = (window: Window, partition: number): boolean =>
  Math.floor(window.partitions / 2 ** partition) % 2 === 1;

export function checkWindows({ windows, partitions, tasks }: System): Problem[] {
  if (windows.length === 0) return [];
  const problems: Problem[] = windows.flatMap(({ cycles }, index): Problem[] =>
    Number.isInteger(cycles) && cycles >= 1 && cycles <= limits.window_cycles ? [] : [{
      path: ["frame", index, "length"], message: `a window of ${cycles} cycles`,
      mend: `make it 1 to ${limits.window_cycles}`,
    }]);
  for (const [number, name] of partitions.entries()) {
    if (tasks.some(({ partition }) => partition === number) && !windows.some((window) => isOpen(window, number))) {
      problems.push({
        path: ["partitions", name], message: "no window of the frame is its", mend: "add one, or it never runs",
      });
    }
    const partner = partitions.findIndex((_, other) => other < number &&
      windows.some((window) => isOpen(window, other) && isOpen(window, number)) &&
      windows.some((window) => isOpen(window, other) !== isOpen(window, number)));
    if (partner >= 0) {
      problems.push({
        path: ["frame"], message: `${partitions[partner] ?? ""} and ${name} share some windows and not others`,
        mend: "let them share all or none: else no exact analysis is known",
      });
    }
  }
  return problems;
}
