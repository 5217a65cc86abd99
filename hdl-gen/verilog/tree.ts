// The instances of a design as a tree, with the state each one holds itself.
import type { Design } from "../language/design.ts";

interface Row {
  readonly name: string;
  readonly module: string;
  readonly registerBits: number;
  readonly memoryBits: number;
}

/**
 * One line for each instance, those inside indented below it:
 *
 *     top         soc     12 register bits
 *       u_ram     ram     8192 memory bits
 */
export function instanceTree(top: Design): string {
  const rows: Row[] = [];
  const enter = (design: Design, label: string, depth: number): void => {
    rows.push({
      name: "  ".repeat(depth) + label,
      module: design.name,
      registerBits: design.signals
        .filter((s) => (s.kind === "register" || s.kind === "read") && !s.ghost)
        .reduce((sum, s) => sum + s.width, 0),
      memoryBits: design.memories.reduce((sum, memory) => sum + memory.width * memory.depth, 0),
    });
    for (const instance of design.instances) enter(instance.of, instance.label, depth + 1);
  };
  enter(top, "top", 0);
  const columns = (text: (row: Row) => string): number => Math.max(...rows.map((row) => text(row).length)) + 2;
  const [names, modules] = [columns((row) => row.name), columns((row) => row.module)];
  return rows
    .map((row) => `${row.name.padEnd(names)}${row.module.padEnd(modules)}${stateText(row)}`.trimEnd())
    .map((line) => `${line}\n`)
    .join("");
}

function stateText({ registerBits, memoryBits }: Row): string {
  return [
    ...(registerBits > 0 ? [`${registerBits} register ${registerBits === 1 ? "bit" : "bits"}`] : []),
    ...(memoryBits > 0 ? [`${memoryBits} memory bits`] : []),
  ].join(", ");
}
