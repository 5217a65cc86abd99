// An image with paging on: memory as it is without, in pages of 4 KB or 4 MB, and a prelude that turns paging on and goes
// on where the image begins. The TLB is cold then.
import { memoryMap } from "../../../soc/memory-map.ts";
import { littleEndian } from "../program.ts";
import { image_first } from "./images.ts";

const page_bytes = 4096, entries = 1024;
/** The last pages of RAM, and pages that the harness of cases leaves free: for a directory, a table and the prelude. */
const tables_pages = 3;
export const tables_at = { end: memoryMap.ram.size - tables_pages * page_bytes, below_cases: 0x3000 } as const;

/** Present, writable, for users too. */
const rights = 7, large = 0x80;
const large_bytes = page_bytes * entries;

const header_entry = 4;

/** `large_pages`: 4 MB for all; else RAM, which is below 4 MB, has pages of 4 KB. */
export function paged(
  image: Uint8Array, { large_pages, at = "end" }: { readonly large_pages: boolean; readonly at?: keyof typeof tables_at },
): Uint8Array {
  const directory = tables_at[at], table = directory + page_bytes, prelude = table + page_bytes;
  if (image.subarray(directory - image_first, prelude + page_bytes - image_first).some((byte) => byte !== 0)) {
    throw new Error("the image lies where the page tables are to be");
  }
  const bytes = new Uint8Array(memoryMap.ram.size - image_first);
  bytes.set(image);
  const view = new DataView(bytes.buffer);
  const put = (address: number, word: number): void => view.setUint32(address - image_first, word, true);
  const entry = view.getUint32(header_entry, true);
  for (let i = 0; i < entries; i++) {
    put(directory + 4 * i, i * large_bytes + rights + large);
    put(table + 4 * i, i * page_bytes + rights);
  }
  if (!large_pages) put(directory, table + rights);
  // mov eax, directory; mov cr3, eax; mov eax, PSE; mov cr4, eax; mov eax, cr0; or eax, PG; mov cr0, eax; jmp entry
  bytes.set([
    0xb8, ...littleEndian(directory, 4), 0x0f, 0x22, 0xd8, 0xb8, ...littleEndian(0x10, 4), 0x0f, 0x22, 0xe0,
    0x0f, 0x20, 0xc0, 0x0d, ...littleEndian(0x80000000, 4), 0x0f, 0x22, 0xc0, 0xb8, ...littleEndian(entry, 4), 0xff, 0xe0,
  ], prelude - image_first);
  put(image_first + header_entry, prelude);
  return bytes;
}
