// What RDPMC counts, by the number in ECX. It knows nothing of hardware construction.

export const counters = {
  retired: { number: 0, doc: "instructions that are complete" },
  interrupts: { number: 1, doc: "interrupts taken" },
  switches: { number: 2, doc: "switches from one task to another" },
  stalls: { number: 3, doc: "clocks in which no instruction went on" },
} as const satisfies Record<string, { readonly number: number; readonly doc: string }>;

export type CounterName = keyof typeof counters;

/** The clocks that task n has run have this number + n. Other numbers read as 0. */
export const firstTaskCounter = 0x100;
