// Whether hdl-gen keeps its promise to invent no names, on the whole SoC.

import { readFileSync } from "node:fs";

import type { Measurement } from "./measurement.ts";

const SHOWN_MAX = 10;

export const hdlInventedNames: Measurement = {
  id: "hdl_invented_names",
  metric: "names in the SoC's Verilog that no source wrote",
  unit: "names",
  target: { atMost: 0 },
  best: "the others number theirs: see docs/hdl-gen/comparison.md",
  async measure() {
    const [{ verilog }, { atomicosConfig, atomicosSoc }, { filesByModule, inventedNames }] = await Promise.all([
      import("#hdl-gen"),
      import("../../soc/soc.ts"),
      import("./invented-names.ts"),
    ]);
    const design = atomicosSoc(atomicosConfig({ even: "even.hex", odd: "odd.hex" }));
    const files = filesByModule(design);
    const { distinct, conventional, invented } = inventedNames(verilog(design), (module) =>
      [...(files.get(module) ?? [])].map((file) => readFileSync(file, "utf8")),
    );
    const shown = invented.slice(0, SHOWN_MAX).map(({ module, name }) => `${name} in ${module}`);
    if (invented.length > SHOWN_MAX) shown.push("…");
    const promised = [...conventional].map(([name, count]) => `${name} ${count}×`);
    return {
      value: invented.length,
      how:
        `of ${distinct}${shown.length === 0 ? "" : `: ${shown.join(", ")}`}; ` +
        `not counted, since documented: ${promised.join(", ")}`,
    };
  },
};
