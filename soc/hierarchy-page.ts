// The manual's page of the machine's parts, from the elaborated design. `npx tsx soc/hierarchy-page.ts` writes it to
// docs/hardware-hierarchy.md; a test fails while it is out of date.
import { instanceGraph, instanceTree } from "#hdl-gen";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { atomicosConfig, atomicosSoc } from "./soc.ts";

export const HIERARCHY_PAGE = fileURLToPath(new URL("../docs/hardware-hierarchy.md", import.meta.url));

export function hierarchyPage(): string {
  const design = atomicosSoc(atomicosConfig({ even: "even.hex", odd: "odd.hex" }));
  return [
    "<!-- Generated from soc/ by npx tsx soc/hierarchy-page.ts: change it there. -->",
    "# The machine's parts",
    "",
    "What the parts of the machine say to each other, with the number of wires; ports are round. Clock and reset go",
    "everywhere and are left out.",
    "",
    "```mermaid",
    `${instanceGraph(design)}\`\`\``,
    "",
    "Every instance, its module, and the state it holds itself:",
    "",
    "```text",
    `${instanceTree(design)}\`\`\``,
    "",
  ].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(HIERARCHY_PAGE, hierarchyPage());
