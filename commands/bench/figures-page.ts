// docs/figures.md: the figures as last recorded. Rows that are not measured anew stay as they were.

import { type Measurement, type Reading, targetText, verdict } from "./measurement.ts";

const head = `# Figures

What the machine reaches, beside what is wanted and the best known elsewhere. Each row is the output of
\`./atomicos bench ID\`; \`./atomicos bench --record\` measures them and writes this page.

| figure | measured | target | | best known | how it was measured |
| --- | --- | --- | --- | --- | --- |
`;

const rowOf = /^\| `([a-z0-9_]+)`/;

/** The page with the rows of \`readings\` in place, in the order of \`all\`; \`before\` is the page as it was. */
export function figuresPage(
  all: readonly Measurement[],
  readings: readonly (readonly [Measurement, Reading])[],
  before: string,
): string {
  const rows = new Map<string, string>();
  for (const line of before.split("\n")) {
    const id = rowOf.exec(line)?.[1];
    if (id !== undefined) rows.set(id, line);
  }
  for (const [measurement, reading] of readings) rows.set(measurement.id, row(measurement, reading));
  const notes = before.includes("\n## ") ? before.slice(before.indexOf("\n## ")) : "";
  const lines = all.flatMap(({ id }) => rows.get(id) ?? []);
  return `${head}${lines.join("\n")}\n${notes}`;
}

function row(measurement: Measurement, { value, how, spread }: Reading): string {
  const { id, unit, best } = measurement;
  const said = { met: "met", missed: "**missed**", none: "" }[verdict(measurement, value) ?? "none"];
  const measured = `${Number(value.toPrecision(4))} ${unit}`;
  const cells = [measured, targetText(measurement), said, best, spread === undefined ? how : `${how}; ${spread}`];
  return `| \`${id}\` | ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
