// How many cells each part of the machine takes on an ECP5, and each module: Verilog → Yosys → counts.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { cached } from "../cache.ts";
import { fromRoot } from "../paths.ts";
import { say } from "../say.ts";
import { toolVersion } from "../tools.ts";
import { buildSoc } from "./soc.ts";

/** A module's cells by kind, in each of its instances */
export interface Cells {
  readonly module: string;
  readonly instances: number;
  readonly lut4: number;
  readonly cells: Readonly<Record<string, number>>;
}

export interface Areas {
  /** Of the top's parts, each with what is inside it */
  readonly parts: readonly Cells[];
  readonly modules: readonly Cells[];
}

export interface AreaReport {
  readonly areas: Areas;
  readonly tables: string;
}

/** Of the machine's module `top` and all that is in it. */
export async function reportAreas(top: string): Promise<AreaReport> {
  const { verilogPath } = await buildSoc();
  const entry = await cached({
    name: "areas",
    files: [verilogPath, fromRoot("soc", "area.ts"), fromRoot("soc", "synthesis.ts")],
    facts: { top, yosys: await toolVersion("yosys") },
    async make(folder) {
      say(`synthesising ${top} for the ECP5, module by module`);
      const { areaByModule, areaTable, lut4Of, partAreas } = await import("../../soc/area.ts");
      const modules = areaByModule(verilogPath, top);
      const parts = partAreas(modules);
      const cellsOf = ({ module, instances, cells }: (typeof modules)[number]): Cells =>
        ({ module, instances, lut4: lut4Of({ cells }), cells: Object.fromEntries(cells) });
      const areas: Areas = { parts: parts.map(cellsOf), modules: modules.map(cellsOf) };
      const tables = `Parts, each with what is inside it:\n\n${areaTable(parts)}\nModules:\n\n${areaTable(modules)}`;
      await writeFile(join(folder, "tables"), tables);
      await writeFile(join(folder, "json"), JSON.stringify(areas, null, 2));
    },
  });
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written above, by this program only
    areas: JSON.parse(await readFile(join(entry, "json"), "utf8")) as Areas,
    tables: await readFile(join(entry, "tables"), "utf8"),
  };
}
