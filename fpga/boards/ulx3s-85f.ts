// ULX3S, versions 2.x to 3.1.7, with the largest FPGA. Pins: github.com/emard/ulx3s, doc/constraints.

import type { Board, Pin } from "../board.ts";

const pin = (site: string, attributes: string): Pin => ({ site, attributes: `IO_TYPE=LVCMOS33 ${attributes}` });

export const ulx3s85f: Board = {
  id: "ulx3s-85f",
  title: "Radiona ULX3S with LFE5U-85F",
  device: { name: "LFE5U-85F-6BG381C", size: "85k", package: "CABGA381", speed: 6 },
  seed: 3,
  // Halved, because the whole machine does not reach 25 MHz on this FPGA: `atomicos fpga report`.
  clock: { ...pin("G2", "PULLMODE=NONE"), frequency_hz: 25_000_000, divisor: 2 },
  // The USB bridge's TXD is our input.
  uart: { rx: pin("M1", "PULLMODE=UP"), tx: pin("L4", "PULLMODE=UP DRIVE=4") },
  leds: {
    pins: ["B2", "C2", "C1", "D2", "D1", "E2", "E1", "H3"].map((site) => pin(site, "PULLMODE=NONE DRIVE=4")),
    lit: 1,
  },
  // Button 0, PWR: the one of the seven that pulls its pin down.
  resetButton: { ...pin("D6", "PULLMODE=UP"), pressed: 0 },
  straps: [
    {
      ...pin("L2", "PULLMODE=UP DRIVE=4"),
      name: "wifi_gpio0",
      level: 1,
      doc: "the ESP32 beside the FPGA must not enter its own loader",
    },
  ],
  settings: "SYSCONFIG CONFIG_IOVOLTAGE=3.3 COMPRESS_CONFIG=ON MCCLK_FREQ=62 MASTER_SPI_PORT=ENABLE",
  programmers: [
    {
      program: "openFPGALoader",
      source: "Debian package openfpgaloader",
      args: (bitstream, kept) => ["-b", "ulx3s", ...(kept ? ["-f"] : []), bitstream],
    },
    {
      program: "fujprog",
      source: "github.com/kost/fujprog",
      args: (bitstream, kept) => [...(kept ? ["-j", "FLASH"] : []), bitstream],
    },
  ],
};
