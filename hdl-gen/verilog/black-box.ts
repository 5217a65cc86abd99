// Black boxes as Verilog: how an instance is connected, and the model that stands in where there is no synthesis.
import type { BlackBox } from "../language/black-box.ts";
import { leavesOf } from "../language/black-box.ts";
import type { Design } from "../language/design.ts";

/** `#(.DIVIDE(4))` and a space, or nothing. */
export function parametersText(box: BlackBox | undefined): string {
  const given = Object.entries(box?.parameters ?? {});
  return given.length === 0 ? "" : `#(${given.map(([name, value]) => `.${name}(${valueText(value)})`).join(", ")}) `;
}

const valueText = (value: number | string): string => (typeof value === "number" ? String(value) : `"${value}"`);

/** The pin that a port, or the clock or reset, is connected to. */
export function pinName({ blackBox }: Design, port: string): string {
  if (blackBox === undefined) return port;
  if (port === "clk" && blackBox.clock !== undefined) return blackBox.clock;
  if (port === "rst" && blackBox.reset !== undefined) return blackBox.reset;
  return blackBox.pins[port] ?? port;
}

/** A module of the box's name around its model, for tools that do not know the box. Synthesis defines SYNTHESIS. */
export function standInText(design: Design): string {
  const { blackBox: box, name, doc, at, ports } = design;
  const model = box?.model;
  if (box === undefined || model === undefined) return "";
  const implicit = [...(design.clocked ? ["clk"] : []), ...(design.resettable ? ["rst"] : [])];
  const pins = [
    ...implicit.map((label) => `  input  wire ${pinName(design, label)}`),
    ...leavesOf(ports, "").map(({ label, port }) => {
      const range = port.width === 1 ? "" : `[${port.width - 1}:0] `;
      return `  ${port.direction === "in" ? "input " : "output"} wire ${range}${pinName(design, label)}`;
    }),
  ];
  const wanted = [...(model.clocked ? ["clk"] : []), ...(model.resettable ? ["rst"] : [])];
  const connections = [...wanted, ...leavesOf(ports, "").map(({ label }) => label)];
  const parameters = Object.entries(box.parameters).map(([key, value]) => `  parameter ${key} = ${valueText(value)}`);
  return [
    "`ifndef SYNTHESIS",
    ...doc.split("\n").filter((line) => line !== "").map((line) => `// ${line}`),
    `// ${at.text}`,
    // The stand-in takes the parameters and has no use for them.
    "/* verilator lint_off UNUSEDPARAM */",
    `module ${name} ${parameters.length === 0 ? "" : `#(\n${parameters.join(",\n")}\n) `}(`,
    pins.join(",\n"),
    ");",
    "/* verilator lint_on UNUSEDPARAM */",
    `  ${model.name} model (`,
    connections.map((label) => `    .${label}(${pinName(design, label)})`).join(",\n"),
    "  );",
    "endmodule",
    "`endif",
    "",
  ].join("\n");
}
