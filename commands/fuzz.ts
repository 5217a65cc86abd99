import { command } from "./command.ts";
import { Status, usageFailure } from "./failure.ts";
import { NO_INSTALL, requireTools } from "./install.ts";
import { nearest } from "./nearest.ts";
import { parseCount } from "./options.ts";
import { grouped, say } from "./say.ts";

interface CampaignOptions {
  readonly seconds: number;
  readonly seed: number;
  readonly log: (line: string) => void;
  readonly campaign?: string | undefined;
}

interface Campaign {
  readonly summary: string;
  /** What `--campaign` takes. */
  readonly parts?: readonly string[];
  run(options: CampaignOptions): Promise<{ readonly cases: number; readonly differences: number }>;
}

const CAMPAIGNS: Readonly<Record<string, Campaign>> = {
  hdl: {
    summary: "random designs: hdl-gen's simulator against Icarus Verilog and Verilator",
    run: async (options) => (await import("../hdl-gen/fuzz/campaign.ts")).fuzzHdl(options),
  },
  cpu: {
    summary: "random instruction sequences: the core against this computer's own processor, and Bochs",
    run: async (options) => (await import("../tests/cpu/fuzz.ts")).fuzzCpu(options),
    parts: ["flat", "sixteen", "segments", "smc", "system", "all"], // tests/cpu/campaigns.ts, and tests/system
  },
  accelerators: {
    summary: "random operations: scheduler, contexts and the others against their models, and Verilator",
    run: async (options) => (await import("../tests/accelerators/fuzz.ts")).fuzzAccelerators(options),
    parts: ["scheduler", "contexts", "mpu", "mailbox", "router", "trace", "all"],
  },
  kernel: {
    summary: "random system calls from ring 3: against the model of capabilities and the proven bounds",
    run: async (options) => (await import("../tests/kernel/campaign.ts")).fuzzKernel(options),
  },
  systems: {
    summary: "random systems that admission lets through, on the machine: whether they keep their deadlines",
    run: async (options) => (await import("../system/random-systems.ts")).runRandomSystems(options),
  },
};

const SECONDS_DEFAULT = "60";

export default command({
  summary: "compare random inputs with an independent reference until the time is over",
  names: "CAMPAIGN",
  options: {
    seconds: { value: "N", text: `how long (default ${SECONDS_DEFAULT})` },
    campaign: { value: "NAME", text: `only one part; ${partsText()} (default all)` },
    seed: { value: "N", text: "where the random numbers start; default: another place each time, which is printed" },
    "no-install": NO_INSTALL,
  },
  details:
    `Campaigns:\n${Object.entries(CAMPAIGNS)
      .map(([name, { summary }]) => `  ${name.padEnd(14)}${summary}\n`)
      .join("")}\nExit status: 0 if no difference was found, else 1.\n`,
  async run({ options, names }) {
    const [name, ...more] = names;
    const known = Object.keys(CAMPAIGNS);
    const campaign = name === undefined ? undefined : CAMPAIGNS[name];
    if (name === undefined || campaign === undefined || more.length > 0) {
      const guess = name === undefined ? undefined : nearest(name, known);
      throw usageFailure(
        name === undefined || more.length > 0 ? "fuzz takes one campaign" : `there is no campaign "${name}"`,
        guess === undefined || guess === name ? `there are: ${known.join(", ")}` : `did you mean ${guess}?`,
      );
    }
    const { campaign: part } = options;
    if (part !== undefined && campaign.parts?.includes(part) !== true) {
      const reason = campaign.parts === undefined ? `${name} has no --campaign` : `there is no campaign "${part}" of ${name}`;
      throw usageFailure(reason, partsText());
    }
    const seconds = parseCount("seconds", options.seconds ?? SECONDS_DEFAULT);
    const seed = options.seed === undefined ? Date.now() % 2 ** 31 : parseCount("seed", options.seed);
    await requireTools(["run", "test"], !options["no-install"]);
    say(`${name}: ${seconds} s from seed ${seed}`);
    const { cases, differences } = await campaign.run({ seconds, seed, log: say, campaign: part });
    say(`${name}: ${grouped(cases)} cases, ${grouped(differences)} differences`);
    return differences === 0 ? Status.ok : Status.failed;
  },
});

function partsText(): string {
  return Object.entries(CAMPAIGNS).flatMap(([name, { parts }]) => (parts === undefined ? [] : [`${name} has: ${parts.join(", ")}`])).join("; ");
}
