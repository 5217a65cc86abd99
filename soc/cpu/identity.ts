// What CPUID says of the core (Intel SDM 2, CPUID): exactly what is there.

/** Bits of leaf 1's EDX. */
const features = {
  /** Large pages, and CR4 for them. */
  page_size_extensions: 3,
  time_stamp_counter: 4,
  model_specific_registers: 5,
  compare_exchange_8_bytes: 8,
  local_apic: 9,
  sysenter: 11,
  global_pages: 13,
  conditional_moves: 15,
} as const;

/** Family 6: the instructions of a Pentium Pro and II, without the x87 ones. */
const signature = { family: 6, model: 3, stepping: 3 } as const;
const vendor = "AtomicOSCore";

const text = (at: number): number => Buffer.from(vendor, "latin1").readUInt32LE(at);

/** EAX, EBX, ECX and EDX of leaf 0, then of leaf 1, which also answers for all higher ones. */
export const identity: readonly number[] = [
  1, text(0), text(8), text(4),
  (signature.family << 8) | (signature.model << 4) | signature.stepping, 0, 0,
  Object.values(features).reduce((word, bit) => word | (1 << bit), 0) >>> 0,
];

/** Where each leaf begins. */
export const identityAt = { basic: 0, features: 4 } as const;
