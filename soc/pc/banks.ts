// What the simulator's back door must know of the PC's memories.
import { pcRomBytes } from "./memory-map.ts";

/** Where it finds the words of RAM and of the ROM, even and odd: see ../memory/memory.ts. */
export const pcRamBanks = ["pc_soc.memory.ram_even", "pc_soc.memory.ram_odd"] as const;
export const pcRomBanks = ["pc_soc.memory.rom_even", "pc_soc.memory.rom_odd"] as const;

/** What the ROM holds: the image at its end, FFh before it. */
export function pcRomContents(image: Uint8Array): Uint8Array {
  const contents = new Uint8Array(pcRomBytes.max).fill(0xff);
  contents.set(image, pcRomBytes.max - image.length);
  return contents;
}
