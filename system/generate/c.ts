// How things are written in C.

/** An address. */
export const hex = (value: number): string => `0x${value.toString(16).toUpperCase().padStart(8, "0")}u`;
