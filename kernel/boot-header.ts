// The boot header: what the boot ROM finds at the start of a kernel image, and all it knows about the kernel.
//
// The image is everything a loader puts into RAM, from `start` (this header) up to `end`. The sum covers every word of
// it behind the header, so a transfer that lost or changed a word is noticed before the first instruction runs.
// This object is the only description: the C header, the boot ROM's check and the build step that fills in the sum
// derive from it.

export const bootHeader = {
  /** Where the image starts in RAM. The page below is the boot ROM's stack. */
  address: 0x1000,
  /** "ATOM", as the bytes lie in memory. */
  magic: 0x4d4f5441,
  /** One 32-bit word each, in this order. */
  fields: [
    { name: "magic", doc: "the bytes \"ATOM\"" },
    { name: "entry", doc: "address of the first instruction" },
    { name: "start", doc: "address of the image's first byte, this header's" },
    { name: "end", doc: "address after the image's last loaded byte; a multiple of 4" },
    { name: "sum", doc: "32-bit sum of the image's words behind the header" },
  ],
} as const;

export type BootHeaderField = (typeof bootHeader.fields)[number]["name"];

export const bootHeaderBytes = 4 * bootHeader.fields.length;

/** Where a field lies, in bytes from the start of the header. */
export const bootHeaderOffset = (name: BootHeaderField): number =>
  4 * bootHeader.fields.findIndex((field) => field.name === name);

/** The text of `boot_header.h`. */
export function bootHeaderInC(): string {
  return [
    "/* The boot header of a kernel image. Generated from kernel/boot-header.ts by the build: change it there. */",
    "#ifndef BOOT_HEADER_H",
    "#define BOOT_HEADER_H",
    "",
    "#include <stdint.h>",
    "",
    `#define BOOT_HEADER_ADDRESS ${wordInC(bootHeader.address)}`,
    `#define BOOT_HEADER_MAGIC ${wordInC(bootHeader.magic)}`,
    "",
    "struct boot_header {",
    ...bootHeader.fields.map(({ name, doc }) => `  uint32_t ${name}; /* ${doc} */`),
    "};",
    "",
    "#endif",
    "",
  ].join("\n");
}

const wordInC = (value: number): string => `0x${value.toString(16).toUpperCase().padStart(8, "0")}u`;
