import { command } from "./command.ts";
import { Status } from "./failure.ts";
import { NO_INSTALL, requireTools } from "./install.ts";
import { shown } from "./paths.ts";
import { buildKernel } from "./steps/software.ts";
import { buildMachine } from "./steps/machine.ts";

export default command({
  summary: "build the machine's Verilog and simulator, the boot ROM and the kernel; say where they are",
  options: {
    traced: { text: "build the simulator that can write waves, too" },
    "no-install": NO_INSTALL,
  },
  details: "Nothing is built again that did not change; a line per result goes to standard output.\n",
  async run({ options }) {
    await requireTools(options.traced ? ["run", "trace"] : ["run"], !options["no-install"]);
    const kernel = await buildKernel();
    const machine = await buildMachine({ traced: false });
    const results = {
      Verilog: machine.verilogPath,
      "boot ROM": machine.rom,
      simulator: machine.library,
      kernel: kernel.elf,
      ...(options.traced ? { "simulator with waves": (await buildMachine({ traced: true })).library } : {}),
    };
    for (const [name, path] of Object.entries(results)) console.log(`${name.padEnd(21)} ${shown(path)}`);
    return Status.ok;
  },
});
