// What `atomicos run` must know of a machine to build it, to put a program into it and to run it.

import type { Machine, MachineOptions } from "../../sim/machine.ts";
import type { SessionMachine } from "../../sim/session.ts";
import type { BuiltKernel } from "../steps/software.ts";

/** The options of `atomicos run` that are a machine's business. */
export interface Given {
  readonly kernel: string | undefined;
  /** A description of a system, or its folder. */
  readonly system?: string | undefined;
  readonly rom: string | undefined;
  readonly ram: string | undefined;
  readonly append: string | undefined;
}

export interface SimulatedSystem {
  /** Those of its options that it takes. */
  readonly takes: readonly (keyof Given)[];
  /** Reads and checks everything that is named; a mistake shows before anything is built. */
  open(given: Given): Promise<Opened>;
}

/** What takes a program: a machine, or whoever wants to know it. */
export type Loadable = Pick<Machine, "load" | "loadBanks">;

export interface Opened {
  build(traced: boolean): Promise<MachineOptions>;
  /** Puts the program into the machine, before its reset. */
  load(machine: Loadable): Promise<void>;
  /** `overheard` gets all that comes over the line; whoever is connected, the text without the frames of the system's trace. */
  connect(machine: Machine, overheard?: (bytes: Uint8Array) => void): Connection;
  /** Once it is loaded: the file with the names of a described system's tasks and channels. */
  readonly names?: () => string | undefined;
  /** The program that it runs, where it is a kernel of this project's making. */
  readonly kernel?: () => Promise<BuiltKernel>;
}

export interface Connection extends SessionMachine {
  /** With which the program has ended the run; then the machine counts as stopped. */
  readonly exitStatus?: number | undefined;
  /** Whether only the program itself, or the user, ends a run: not the end of what is typed. */
  readonly endsItself: boolean;
}
