// A ROM image as its two banks want it: text for $readmemh, a 32-bit word a line.

/** Pads the image with FFh to `size` bytes and deals its words out, even and odd. */
export function romBanks(image: Uint8Array, size: number): { readonly even: string; readonly odd: string } {
  if (image.length > size) {
    throw new Error(`the boot ROM holds ${size} bytes, but the image has ${image.length}: make it smaller`);
  }
  const padded = new Uint8Array(size).fill(0xff);
  padded.set(image);
  const view = new DataView(padded.buffer);
  const lines = Array.from({ length: size / 4 }, (_, i) => view.getUint32(4 * i, true).toString(16).padStart(8, "0"));
  const every = (parity: number): string => `${lines.filter((_, i) => i % 2 === parity).join("\n")}\n`;
  return { even: every(0), odd: every(1) };
}
