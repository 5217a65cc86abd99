// What a step of the tutorial prints: texts under names. The page shows them by these names.

/** Prints a text under its name. */
export function show(name: string, text: string): void {
  console.log(`=== ${name}\n${text.trimEnd()}\n`);
}

/** The lines from the first that matches `from` to the next that matches `to`, both included. */
export function cut(text: string, from: RegExp, to: RegExp): string {
  const lines = text.split("\n");
  const first = lines.findIndex((line) => from.test(line));
  const last = lines.findIndex((line, i) => i >= first && to.test(line));
  if (first < 0 || last < 0) throw new Error(`no lines from ${String(from)} to ${String(to)}`);
  return lines.slice(first, last + 1).join("\n");
}

/** The message of the error that `attempt` ends with. */
export function messageOf(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (error instanceof Error) return error.message;
  }
  throw new Error("there was no error");
}
