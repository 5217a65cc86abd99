// Programs in which the same two instructions stand behind many different histories, in the same alignment.
import { littleEndian } from "../program.ts";
import type { Random } from "../random.ts";
import { image_first } from "./images.ts";

/** Instructions whose way does not depend on the state, for use in any order. EBX points to data, ESP to a stack. */
const plain = {
  "nop": [0x90],
  "add eax, edx": [0x01, 0xd0],
  "add ax, dx": [0x66, 0x01, 0xd0],
  "mov eax, [ebx]": [0x8b, 0x03],
  "mov eax, [ebx+1]": [0x8b, 0x43, 0x01],
  "mov eax, fs:[ebx]": [0x64, 0x8b, 0x03],
  "mov eax, [esp]": [0x8b, 0x04, 0x24],
  "mov eax, [ebx+esi-900h]": [0x8b, 0x84, 0x33, 0x00, 0xf7, 0xff, 0xff],
  "mov [ebx], eax": [0x89, 0x03],
  "mov [ebx+3], al": [0x88, 0x43, 0x03],
  "mov dword [ebx+8], imm": [0xc7, 0x83, 8, 0, 0, 0, 1, 2, 3, 4],
  "mov dword [ebx+esi*1-900h], imm": [0xc7, 0x84, 0x33, 0x00, 0xf7, 0xff, 0xff, 1, 2, 3, 4],
  "add eax, [ebx]": [0x03, 0x03],
  "add [ebx], eax": [0x01, 0x03],
  "mov ebx, ebx": [0x89, 0xdb],
  "mov bl, bl": [0x88, 0xdb],
  "mov bh, bh": [0x88, 0xff],
  "mov esi, esi": [0x89, 0xf6],
  "lea eax, [ebx+esi]": [0x8d, 0x04, 0x33],
  "add esp, 0": [0x83, 0xc4, 0x00],
  "mov eax, imm": [0xb8, 1, 2, 3, 4],
  "push eax": [0x50],
  "pop eax": [0x58],
  "push [ebx]": [0xff, 0x33],
  "pop [ebx]": [0x8f, 0x03],
  "imul eax, edx": [0x0f, 0xaf, 0xc2],
  "mul dl": [0xf6, 0xe2],
  "shl eax, cl": [0xd3, 0xe0],
  "xchg eax, edx": [0x92],
  "xchg [ebx], eax": [0x87, 0x03],
  "movzx eax, byte [ebx]": [0x0f, 0xb6, 0x03],
  "movsb": [0xa4],
  "lodsb": [0xac],
  "pushf": [0x9c],
  "pusha": [0x60],
  "jmp to the next": [0xeb, 0],
  "jmp over 1": [0xeb, 1, 0xcc],
  "jmp over 2": [0xeb, 2, 0xcc, 0xcc],
  "jmp over 3": [0xeb, 3, 0xcc, 0xcc, 0xcc],
  "jmp word over 1": [0x66, 0xe9, 1, 0, 0xcc],
  "call over 1": [0xe8, 1, 0, 0, 0, 0xcc],
  "in al": [0xe4, 0xe8],
} as const satisfies Record<string, readonly number[]>;

/** For histories with paging on: MOV CR3 as it is, which empties the TLB, and INVLPG of data and stack. */
const forgetting: readonly (readonly number[])[] = [
  [0x0f, 0x20, 0xd8, 0x0f, 0x22, 0xd8], [0x0f, 0x01, 0x3b], [0x0f, 0x01, 0x3c, 0x24],
];

/** The same for histories, where the way does not matter. */
const stateful: readonly (readonly number[])[] = [
  [0xf3, 0xa4], [0xf3, 0xaa], [0x74, 0], [0x75, 1, 0x90], [0x72, 2, 0x90, 0x90], [0xb9, 3, 0, 0, 0, 0xe2, 0], [0xe3, 0], [0x0f, 0xb1, 0x13],
  [0x0f, 0xc7, 0x0b], [0xc8, 0, 0, 3], [0x9d], [0x0f, 0x43, 0x03], [0xd4, 10], [0x0f, 0xa3, 0x0b],
];

type Name = keyof typeof plain;
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the object's own keys
const names = Object.keys(plain) as Name[];

export interface Pair {
  readonly first: Name;
  readonly second: Name;
  /** Where the two stand, once behind each history. */
  readonly places: readonly { readonly first: number; readonly second: number; readonly behind: number }[];
}

const alignment = 4;
const jumps_16_end = 0x10000;
const data = { ebx: 0x800, esp: 0x700, ebp: 0x600, esi: 0x900, edi: 0xa00 };
/** The same, where some accesses go on in the next page. */
const data_at_page_end: typeof data = { ebx: 0x20ffd, esp: 0x22002, ebp: 0x22800, esi: 0x18fe, edi: 0x25ffd };
/** What each history begins with: registers that point into memory around the image, a small count, flags, no direction. */
const beginning = ({ ebx, esp, ebp, esi, edi }: Record<keyof typeof data, number>): number[] => [
  0xfc, 0xb9, 3, 0, 0, 0,
  0xbb, ...littleEndian(ebx, 4), 0xbc, ...littleEndian(esp, 4), 0xbd, ...littleEndian(ebp, 4),
  0xbe, ...littleEndian(esi, 4), 0xbf, ...littleEndian(edi, 4),
];
const end = [0xfa, 0xf4];

/** `pages`: for paging on, with histories that empty the TLB, and accesses that go on in the next page. */
export function pairsImage(
  random: Random, pairs: number, histories: number, { pages = false } = {},
): { image: Uint8Array; pairs: Pair[] } {
  const header_bytes = 20;
  const bytes: number[] = [];
  const here = (): number => image_first + header_bytes + bytes.length;
  const made: Pair[] = [];
  for (let i = 0; i < pairs; i++) {
    const first = random.pick(names), second = random.pick(names), offset = random.below(alignment);
    const places = Array.from({ length: histories }, () => {
      bytes.push(...beginning(pages && random.chance(0.5) ? data_at_page_end : data));
      const history: number[] = [];
      for (let left = random.below(10); left > 0; left--) history.push(...(pages && random.chance(0.3) ? random.pick(forgetting) : anyInstruction(random)));
      while ((here() + history.length) % alignment !== offset) bytes.push(0x90);
      bytes.push(...history);
      const at = here();
      bytes.push(...plain[first]);
      const then = here();
      bytes.push(...plain[second]);
      const behind = here();
      bytes.push(0x90);
      return { first: at, second: then, behind };
    });
    made.push({ first, second, places });
  }
  const words = [image_first + header_bytes, image_first, here() + end.length, 0];
  const header = [...Buffer.from("ATOM"), ...words.flatMap((word) => littleEndian(word, 4))];
  if (here() > jumps_16_end) throw new Error("too many pairs for one image");
  return { image: Uint8Array.from([...header, ...bytes, ...end]), pairs: made };
}

function anyInstruction(random: Random): readonly number[] {
  if (random.chance(0.7)) return plain[random.pick(names)];
  const instruction = random.pick(stateful);
  const pop_flags = 0x9d;
  return instruction[0] === pop_flags ? [0x6a, random.below(4), pop_flags] : instruction;
}
