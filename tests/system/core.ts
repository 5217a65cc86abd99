// A ROM on the core, in the PC: what it sends to port E9h.

import { buildPc } from "../../commands/steps/pc.ts";
import { createMachine, type Machine, type Snapshot } from "../../sim/machine.ts";
import { type Pc, pc } from "../../sim/pc.ts";
import { pcRomBanks, pcRomContents } from "../../soc/pc/banks.ts";

const RAM_BYTES = 16 * 2 ** 20;
const CYCLES_AT_ONCE = 30_000;
/** A case that takes this long without sending anything will never end: handlers that fault may fill a whole segment before. */
const SILENT_CYCLES_MAX = 1_000_000;
const HALTED_CYCLES_MAX = 1000;
/** So many of them are enough. */
const HANGS_MAX = 20;
/** After so many resets without anything sent, nothing more is to be expected. */
const SILENT_RESETS_MAX = 3;

export interface Core {
  run(image: Uint8Array): CoreRun;
  free(): void;
}

export interface CoreRun {
  readonly output: Uint8Array;
  readonly ended: boolean;
  readonly cycles: number;
}

/** After HLT an interrupt that waits goes on; after a shutdown nothing does. */
function staysHalted(machine: Machine, connection: Pc): boolean {
  const { retired } = machine;
  connection.run(HALTED_CYCLES_MAX);
  return machine.retired === retired && connection.exitStatus === undefined;
}

export async function createCore(): Promise<Core> {
  const machine: Machine = createMachine(await buildPc({ ramBytes: RAM_BYTES, traced: false }));
  const fresh: Snapshot = machine.save();
  return {
    run(image) {
      fresh.restore();
      machine.loadBanks(pcRomBanks, 0, pcRomContents(image));
      machine.reset();
      const connection = pc(machine, () => undefined);
      const output: Buffer[] = [];
      let silent_cycles = 0;
      let silent_resets = 0;
      let hangs = 0;
      let cycles = 0;
      while (connection.exitStatus === undefined && silent_resets < SILENT_RESETS_MAX && hangs < HANGS_MAX) {
        const before = machine.cycles;
        connection.run(CYCLES_AT_ONCE, ["halted"]);
        const heard = Buffer.from(connection.receive());
        output.push(heard);
        const ran = machine.cycles - before;
        cycles += ran;
        silent_cycles = heard.length > 0 ? 0 : silent_cycles + ran;
        if (heard.length > 0) silent_resets = 0;
        const isShutDown =
          ran < CYCLES_AT_ONCE && connection.exitStatus === undefined && staysHalted(machine, connection);
        if (isShutDown || silent_cycles > SILENT_CYCLES_MAX) {
          // What a PC does after a shutdown, and what is left to do with a case that hangs
          if (!isShutDown) {
            output.push(Buffer.from("H"));
            hangs++;
          }
          machine.reset();
          silent_cycles = 0;
          silent_resets++;
        }
      }
      return { output: Buffer.concat(output), ended: connection.exitStatus !== undefined, cycles };
    },
    free() {
      fresh.free();
      machine.free();
    },
  };
}
