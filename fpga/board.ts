// What a board is: everything that differs from one to another, as data. A new board is a file in boards/ and a line
// in boards.ts.

import { uartBaudAtDivisorOne } from "../soc/clock.ts";

export interface Board {
  readonly id: string; // as on the command line
  readonly title: string;
  readonly device: Device;
  readonly seed: number; // where place and route begins: one from which the machine was routed
  readonly clock: Pin & {
    readonly frequency_hz: number; // of the oscillator
    readonly divisor: 1 | 2 | 4 | 8; // the machine's clock is the oscillator's divided by this
  };
  readonly uart: { readonly rx: Pin; readonly tx: Pin }; // as the FPGA sees the line
  readonly leds: { readonly pins: readonly Pin[]; readonly lit: Level }; // number 0 first
  readonly resetButton: Pin & { readonly pressed: Level };
  readonly straps: readonly Strap[]; // outputs that never change
  readonly settings: string; // the rest of the .lpf: how the FPGA is configured
  readonly programmers: readonly Programmer[]; // the first that is installed is taken
}

/** What the machine on this board runs on and counts time in. */
export const machineClock_hz = ({ clock }: Board): number => clock.frequency_hz / clock.divisor;

/** Firmware and kernel run the line at divisor 1. */
export const baud = (board: Board): number => uartBaudAtDivisorOne(machineClock_hz(board));

export type Level = 0 | 1;

export interface Pin {
  readonly site: string;
  readonly attributes: string; // of IOBUF in the .lpf: level, pull, strength
}

export interface Strap extends Pin {
  readonly name: string;
  readonly level: Level;
  readonly doc: string;
}

/** An ECP5, in the words of nextpnr's command line and of the data sheet. */
export interface Device {
  readonly name: string;
  readonly size: "25k" | "45k" | "85k";
  readonly package: string;
  readonly speed: 6 | 7 | 8;
}

export interface Programmer {
  readonly program: string;
  readonly source: string; // where to get it
  /** `kept`: into the flash, not only until power is lost. */
  readonly args: (bitstream: string, kept: boolean) => readonly string[];
}
