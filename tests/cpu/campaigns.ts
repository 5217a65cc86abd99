// What `atomicos fuzz cpu` can do: each campaign makes batches of random cases of its own kind.
import type { Form } from "./forms.ts";
import { randomCase } from "./generate.ts";
import { slotAddresses } from "./layout.ts";
import type { Case } from "./program.ts";
import { seedOf } from "./random.ts";
import { confinedCase } from "./segmented/confined.ts";
import { slotAddresses as segmentedSlotAddresses } from "./segmented/layout.ts";
import { sixteenCase } from "./segmented/sixteen.ts";
import { selfModifying } from "./selfmodifying.ts";

export type BatchOptions = {
  seed: number;
  batch: number;
  forms: readonly Form[];
  /** Slots below 64 KB can be used. */
  low: boolean;
  /** Interrupts will come between the instructions. */
  interruptible: boolean;
};

export type Campaign = {
  summary: string;
  kind: "flat" | "segmented";
  /** Every so many batches, interrupts come at random times; never, if undefined. */
  interrupted_every: number | undefined;
  make: (options: BatchOptions) => Case[];
};

/** Short sequences and long ones in turn. */
const pieces_of_a_case = [4, 12, 40];
const pieces_of_a_confined_case = [1, 2, 3, 5, 8, 12];

const lengthOf = (lengths: readonly number[], batch: number): number => lengths[batch % lengths.length] ?? 1;

/** How many pieces an instruction sequence of 16-bit code may have: its prefixes make it longer. */
const sixteen_pieces_max = 20;

const flat = (mixed_in?: Parameters<typeof randomCase>[5]): Campaign["make"] => {
  return ({ seed, batch, forms, low, interruptible }) =>
    slotAddresses({ low }).map((at, index) => {
      const pieces = lengthOf(pieces_of_a_case, batch);
      return randomCase(seedOf("fuzz", seed, batch, index), at, forms, pieces, { interruptible }, mixed_in);
    });
};

const campaign_names = ["flat", "sixteen", "segments", "smc"] as const;

export type CampaignName = (typeof campaign_names)[number];

export const campaigns: Readonly<Record<CampaignName, Campaign>> = {
  flat: {
    summary: "sequences over the whole instruction set in flat 32-bit segments",
    kind: "flat",
    interrupted_every: 4,
    make: flat(),
  },
  sixteen: {
    summary: "the same in 16-bit and 32-bit segments with bases and limits of their own",
    kind: "segmented",
    interrupted_every: 4,
    make: ({ seed, batch, forms, low, interruptible }) =>
      segmentedSlotAddresses({ low }).map((at, index) => {
        const pieces = Math.min(lengthOf(pieces_of_a_case, batch), sixteen_pieces_max);
        return sixteenCase(seedOf("fuzz", seed, batch, index), at, forms, { pieces, interruptible });
      }),
  },
  segments: {
    summary: "loads of segments and accesses around their limits, far transfers, what ring 3 may not do",
    kind: "segmented",
    interrupted_every: undefined,
    make: ({ seed, batch, low }) =>
      segmentedSlotAddresses({ low }).map((at, index) =>
        confinedCase(seedOf("fuzz", seed, batch, index), at, lengthOf(pieces_of_a_confined_case, batch)),
      ),
  },
  smc: {
    summary: "sequences that change their own code",
    kind: "flat",
    interrupted_every: 4,
    make: flat((sequence) => {
      selfModifying(sequence, { immediate: false });
    }),
  },
};

export function isCampaign(name: string): name is CampaignName {
  return campaign_names.some((one) => one === name);
}
