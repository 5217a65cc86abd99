// A system description: checked, shown why every deadline is kept, built into an image.

import { writeFile } from "node:fs/promises";

import { command } from "./command.ts";
import { Status, usageFailure } from "./failure.ts";
import { NO_INSTALL, requireTools } from "./install.ts";
import { buildSystemAt, describedAt } from "./steps/system.ts";

export default command({
  summary: "check a system description, show its schedulability, build its image",
  names: "SYSTEM",
  options: {
    build: { text: "build the image below build/systems/, and say where it is" },
    html: { value: "FILE", text: "write the report as a page" },
    "no-install": NO_INSTALL,
  },
  details: `\
SYSTEM is a module whose default export is what defineSystem returned, or the folder of such a system.ts; docs/system.md
is the manual. Without --build, WCETs that are "proven" are not known, and the report says so.

Exit status: 1 if the description does not hold together; each problem names its line, and what mends it.
`,
  async run({ options, names }) {
    const [path, ...others] = names;
    if (path === undefined || others.length > 0) {
      throw usageFailure("system takes one description", "see: atomicos system --help");
    }
    const described = await describedAt(path);
    const [{ reportText }, { reportHtml }] = await Promise.all([
      import("../system/report/text.ts"), import("../system/report/html.ts"),
    ]);
    let system = described.system;
    if (options.build) {
      await requireTools(["run"], !options["no-install"]);
      const built = await buildSystemAt(described);
      system = built.system;
      console.log(`${built.elf}\n${built.image}\n`);
    }
    process.stdout.write(reportText(system));
    if (options.html !== undefined) await writeFile(options.html, reportHtml(system));
    return Status.ok;
  },
});
