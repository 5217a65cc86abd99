// The MPU's ends. Addresses are physical, and given by the number of their 32-byte granule: an access of 8 bytes or
// fewer touches one granule, or that and the next one, so granule and `crosses` say where its first and last byte lie.
import { flip, input, output, type Bit, type Bits } from "#hdl-gen";
import { wordDevice } from "../bus/ports.ts";
import { eventPort } from "../trace/ports.ts";
import { mpuConfig, widthsOf, type MpuConfig } from "./shape.ts";

/** Who makes the accesses, as the core sees it. What is refused is known in the same clock. */
export const checkPort = (granuleBits: number) => ({
  data: {
    granule: output(granuleBits, "of the first byte of a load or store"),
    crosses: output(1, "its last byte is in the next granule"),
    ring: output(2),
    refuses: { read: input(1), write: input(1) },
  },
  /** The page walker's access; or the part of a load or store in another page than its first byte. */
  other: {
    granule: output(granuleBits),
    ring: output(2),
    refuses: { read: input(1), write: input(1) },
  },
  fetch: {
    first: output(granuleBits, "of a word of code"),
    second: output(granuleBits, "of the next word"),
    ring: output(2, "CPL, which also says who accesses the MPU's registers"),
    refuses: { first: input(1), second: input(1) },
  },
  violation: {
    valid: output(1, "an access that was refused has become a page fault"),
    linear: output(32, "its address, as CR2 has it"),
  },
});

/** The core's end. Where there is no MPU, nothing is refused: all its inputs are 0. */
export const mpuPort = checkPort(mpuConfig.granuleBits);

export const noMpu = {
  data: { refuses: { read: 0, write: 0 } },
  other: { refuses: { read: 0, write: 0 } },
  fetch: { refuses: { first: 0, second: 0 } },
} as const;

interface Asked {
  readonly data: { readonly granule: Bits; readonly crosses: Bit; readonly ring: Bits };
  readonly other: { readonly granule: Bits; readonly ring: Bits };
  readonly fetch: { readonly first: Bits; readonly second: Bits; readonly ring: Bits };
  readonly violation: { readonly valid: Bit; readonly linear: Bits };
}

/** All that a core asks: what a machine without an MPU has no use for. */
export const leavesOf = ({ data, other, fetch, violation }: Asked): readonly [Bits, ...Bits[]] => [
  data.granule, data.crosses, data.ring, other.granule, other.ring, fetch.first, fetch.second, fetch.ring,
  violation.valid, violation.linear,
];

export function mpuPorts(config: MpuConfig) {
  const { task } = widthsOf(config);
  return {
    core: flip(checkPort(config.granuleBits)),
    /** For a bus master beside the core; it says on whose behalf. */
    dma: {
      granule: input(config.granuleBits),
      crosses: input(1, "the last byte is in the next granule"),
      ring: input(2),
      refuses: { read: output(1), write: output(1) },
    },
    next: {
      valid: input(1, "this task is to run next: its regions are fetched, if they are not here"),
      task: input(task),
      ready: output(1, "they are here"),
    },
    exchange: input(1, "that task begins to run: its regions count from the next clock on"),
    bus: wordDevice,
    event: eventPort,
  };
}
