// The processor that the core is held against, whichever emulator it is in.

import type { Architecture } from "../../sim/architecture.ts";

export interface ReferenceState extends Pick<Architecture, "general" | "flags" | "selectors"> {
  readonly eip: number;
  readonly pageTables: number | undefined; // CR3; undefined while paging is off
}

/** What the core's state gives the reference; what is missing stays as it is. */
export interface Given extends Partial<Pick<Architecture, "general" | "flags" | "selectors">> {
  readonly eip?: number;
}

export interface Reference {
  readonly name: string;
  /** Flags, selectors and so an interrupt can be given to it; else only general registers and EIP. */
  readonly takesFlags: boolean;
  state(): Promise<ReferenceState>;
  /** One instruction, or one element of a repeated one, or the way into an exception's handler; no interrupts come. */
  step(): Promise<ReferenceState>;
  give(state: Given): Promise<void>;
  /** At linear addresses; fewer bytes if not all are mapped. */
  read(address: number, count: number): Promise<Uint8Array>;
  /** The same place by its linear and its physical address. */
  write(linear: number, physical: number, bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** What a reference starts with: RAM, and the ROM that ends at the last address. */
export interface Contents {
  readonly ramBytes: number;
  readonly ram: readonly { readonly address: number; readonly bytes: Uint8Array }[];
  readonly rom: Uint8Array;
}
