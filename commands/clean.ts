import { rm } from "node:fs/promises";

import { command } from "./command.ts";
import { Status } from "./failure.ts";
import { BUILD, shown } from "./paths.ts";
import { say } from "./say.ts";

export default command({
  summary: "remove everything that was built",
  options: {},
  details: "The next run or test builds everything again. npm packages and installed tools stay.\n",
  async run() {
    await rm(BUILD, { recursive: true, force: true });
    say(`removed ${shown(BUILD)}`);
    return Status.ok;
  },
});
