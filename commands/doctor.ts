import { command } from "./command.ts";
import { Status } from "./failure.ts";
import { findTool, installLine, missingTools, TOOLS, toolVersion } from "./tools.ts";

export default command({
  summary: "show which tools are installed, which are missing, and the line that installs those",
  options: {},
  details: "Exit status: 0 if everything is there, 1 if something is missing.\n",
  async run() {
    const rows = [
      { name: "node", state: process.version, source: "nodejs.org or nodejs", needs: "everything" },
      ...(await Promise.all(
        TOOLS.map(async (tool) => ({
          name: tool.name,
          state: findTool(tool) === undefined ? "MISSING" : (await toolVersion(tool.name)) || "present",
          source: tool.debianPackage,
          needs: tool.needs.join(", "),
        })),
      )),
    ];
    const header = { name: "tool", state: "version", source: "Debian package", needs: "needed by" };
    const width = (column: keyof typeof header): number =>
      Math.max(...[header, ...rows].map((row) => row[column].length)) + 2;
    const [nameWidth, sourceWidth, needsWidth] = [width("name"), width("source"), width("needs")];
    for (const row of [header, ...rows]) {
      const { name, state, source, needs } = row;
      console.log(`${name.padEnd(nameWidth)}${source.padEnd(sourceWidth)}${needs.padEnd(needsWidth)}${state}`);
    }
    const missing = missingTools(["run", "trace", "test", "bench"]);
    console.log(missing.length === 0 ? "\nEverything is there." : `\nInstall what is missing: ${installLine(missing)}`);
    return missing.length === 0 ? Status.ok : Status.failed;
  },
});
