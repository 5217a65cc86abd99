// The ends of the device bus.
import { input, output } from "#hdl-gen";

/** The CPU's view: one access at a time, held until `ready`. */
export const devicePort = {
  request: output(1, "an access is wanted; everything else stays as it is until ready"),
  write: output(1),
  io: output(1, "an I/O port, not a memory address"),
  address: output(32, "of the first byte"),
  mask: output(4, "bytes of the aligned word that holds it"),
  wdata: output(32, "each byte in its place in that word"),
  ready: input(1, "the access is done, rdata is there"),
  rdata: input(32, "each byte in its place"),
};

/** A device of 32-bit registers, as the device sees it. */
export const wordDevice = {
  access: input(1, "set for the one cycle of an access to this device; answer in the same cycle"),
  write: input(1),
  address: input(10, "word in the device's 4 KB"),
  mask: input(4, "bytes of the word"),
  wdata: input(32),
  rdata: output(32, "what the word holds before the access"),
};

/** A device of 8-bit registers, as the device sees it. */
export const byteDevice = {
  access: input(1, "set for the one cycle of an access to this device; answer in the same cycle"),
  write: input(1),
  address: input(3, "register"),
  wdata: input(8),
  rdata: output(8, "what the register holds before the access"),
};
