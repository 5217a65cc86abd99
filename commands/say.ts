// Our own words go to standard error: standard output belongs to the machine, or to the result that was asked for.

export function say(text: string): void {
  process.stderr.write(`atomicos: ${text}\n`);
}

export const grouped = (count: number): string => count.toLocaleString("en");
