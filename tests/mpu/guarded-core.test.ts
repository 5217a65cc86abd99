// What the MPU refuses is a page fault of the instruction that asked for it, with the protection-key bit, and nothing
// else happens: no store reaches RAM, no device is asked, no register has changed. And it costs no clock.
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { device_first, mpu_first, run, type Ran } from "./guarded-core.ts";
import {
  assemble, control, everything, outcomes, pagingOn, place, region, rightsOf, type Outcome, type Try,
} from "./program.ts";

const test = suite("the core with an MPU");

/** Bits of a page fault's error code. */
const [P, W, U, I, K] = [1, 2, 4, 0x10, 0x20];
const clocks_max = 60_000;
const enable = control(1);
const allowed = undefined;

const mov = (operands: string): string => `mov ${operands}`;

interface Expected extends Try {
  /** Of the page fault, if there is one. */
  readonly code: number | undefined;
  readonly cr2?: number;
  /** What else must be so. */
  readonly also?: (outcome: Outcome, ran: Ran) => void;
}

async function tries(list: readonly Expected[], before = enable): Promise<Ran> {
  const ran = run(await assemble(list, before), clocks_max);
  const all = outcomes(ran.ram, list.length);
  list.forEach(({ name, code, cr2, also }, n) => {
    const outcome = all[n];
    if (outcome === undefined) throw new Error(`nothing is written down about "${name}"`);
    assert.is(outcome.code?.toString(16), code?.toString(16), name);
    if (cr2 !== undefined) assert.is(outcome.cr2.toString(16), cr2.toString(16), `CR2: ${name}`);
    also?.(outcome, ran);
  });
  assert.equal(
    ran.violations.map((address) => address >>> 0),
    list.flatMap(({ code = 0, cr2 = 0 }) => ((code & K) === 0 ? [] : [cr2])), "events for the trace");
  return ran;
}

const { own, own_end, read_only, read_only_end, nowhere, user_stack, user_stack_end, user_text_end, both } = place;

const is = (address: number, value: number) => (_: Outcome, { ram }: Ran): void => {
  assert.is(ram.getUint8(address), value, `RAM at ${address.toString(16)}`);
};
const eip = (value: number) => (outcome: Outcome): void => { assert.is(outcome.eip, value); };

test("a load or store in ring 3 faults where no region lets it", async () => {
  const { devices } = await tries([
    { name: "load", ring: 3, code: allowed, esp: own_end, text: mov(`eax, [${own}]`) },
    { name: "load of the last bytes", ring: 3, code: allowed, text: mov(`eax, [${own_end - 4}]`) },
    { name: "load across 32 bytes of a region", ring: 3, code: allowed, text: mov(`eax, [${own + 30}]`) },
    { name: "load from nowhere", ring: 3, code: P | U | K, cr2: nowhere, text: mov(`eax, [${nowhere}]`) },
    { name: "load of the kernel's", ring: 3, code: P | U | K, cr2: 0x6000, text: mov("eax, [0x6000]") },
    { name: "store", ring: 3, code: allowed, text: mov(`byte ptr [${own}], 0x77`), also: is(own, 0x77) },
    { name: "store nowhere", ring: 3, code: P | W | U | K, cr2: nowhere, text: mov(`byte ptr [${nowhere}], 0x77`),
      also: is(nowhere, 0) },
    { name: "store where one may read", ring: 3, code: P | W | U | K, cr2: read_only + 4,
      text: mov(`dword ptr [${read_only + 4}], 0x77`), also: is(read_only + 4, 0) },
    { name: "load where one may read", ring: 3, code: allowed, text: mov(`eax, [${read_only}]`) },
    { name: "add to memory where one may read", ring: 3, code: P | W | U | K, cr2: read_only,
      text: `inc dword ptr [${read_only}]`, also: is(read_only, 0) },
    { name: "exchange where one may read", ring: 3, code: P | W | U | K, cr2: read_only,
      text: `xchg [${read_only}], eax`, also: is(read_only, 0) },
    { name: "load that goes on where there is no region", ring: 3, code: P | U | K, cr2: read_only_end - 1,
      text: mov(`ax, [${read_only_end - 1}]`) },
    { name: "load that goes on in another region", ring: 3, code: P | U | K, cr2: own_end - 2,
      text: mov(`eax, [${own_end - 2}]`) },
    { name: "store that goes on in another region", ring: 3, code: P | W | U | K, cr2: own_end - 1,
      text: mov(`word ptr [${own_end - 1}], 0x7777`), also: is(own_end - 1, 0) },
    { name: "load that begins before a region", ring: 3, code: P | U | K, cr2: own - 2, text: mov(`eax, [${own - 2}]`) },
    { name: "store to a device", ring: 3, code: P | W | U | K, cr2: device_first,
      text: mov(`dword ptr [${device_first}], 1`) },
    { name: "load from a device", ring: 3, code: P | U | K, cr2: device_first + 4,
      text: mov(`eax, [${device_first + 4}]`) },
    { name: "load from the MPU", ring: 3, code: P | U | K, cr2: mpu_first, text: mov(`eax, [${mpu_first}]`) },
  ]);
  assert.equal(devices, []);
});

test("so does what uses the stack, and strings at the byte that is refused", async () => {
  await tries([
    { name: "push", ring: 3, code: allowed, text: "push eax", esp: user_stack_end },
    { name: "push below the stack", ring: 3, code: P | W | U | K, cr2: user_stack - 4, esp: user_stack,
      text: "push 0x77777777", also: (outcome, ran) => {
        assert.is(outcome.esp, user_stack);
        is(user_stack - 4, 0)(outcome, ran);
      } },
    { name: "push half below the stack", ring: 3, code: P | W | U | K, cr2: user_stack - 2, esp: user_stack + 2,
      text: "push 0x77777777" },
    { name: "call with a full stack", ring: 3, code: P | W | U | K, cr2: user_stack - 4, esp: user_stack,
      text: "call ." },
    { name: "pop from above the stack", ring: 3, code: P | U | K, cr2: user_stack_end, esp: user_stack_end,
      text: "pop eax", also: (outcome) => { assert.is(outcome.esp, user_stack_end); } },
    { name: "return from above the stack", ring: 3, code: P | U | K, cr2: user_stack_end, text: "ret" },
    { name: "PUSHA over the end", ring: 3, code: P | W | U | K, cr2: user_stack - 4, esp: user_stack + 28,
      text: "pusha", also: (outcome) => { assert.is(outcome.esp, user_stack + 28); } },
    { name: "REP STOSB over the end", ring: 3, code: P | W | U | K, cr2: own_end,
      text: `mov edi, ${own_end - 3}\nmov ecx, 8\nmov al, 0x55\nrep stosb`,
      also: (outcome, ran) => {
        assert.equal([outcome.ecx, outcome.edi], [5, own_end]);
        is(own_end - 1, 0x55)(outcome, ran);
        is(own_end, 0)(outcome, ran);
      } },
    { name: "REP MOVSD over the end of its source", ring: 3, code: P | U | K, cr2: read_only_end,
      text: `mov esi, ${read_only_end - 8}\nmov edi, ${own}\nmov ecx, 4\nrep movsd`,
      also: (outcome) => { assert.equal([outcome.ecx, outcome.edi], [2, own + 8]); } },
    { name: "the kernel's tables, for the processor itself", ring: 3, code: allowed,
      text: "mov eax, 0x2b\nmov fs, ax" },
  ]);
});

test("code faults where it may not be executed, if it is executed", async () => {
  await tries([
    { name: "jump to data", ring: 3, code: P | U | I | K, cr2: own, text: `mov eax, ${own}\njmp eax`, also: eip(own) },
    { name: "jump to the kernel's code", ring: 3, code: P | U | I | K, cr2: 0x1000, text: "mov eax, 0x1000\njmp eax" },
    { name: "return to nowhere", ring: 3, code: P | U | I | K, cr2: nowhere, esp: user_stack_end,
      text: `push ${nowhere}\nret`, also: eip(nowhere) },
    { name: "the kernel jumps to the user's code", ring: 0, code: P | I | K, cr2: place.user_text,
      text: `mov eax, ${place.user_text}\njmp eax` },
    { name: "code that may be written", ring: 3, code: allowed, text: `mov eax, ${both}\njmp eax` },
    { name: "an instruction that ends with its region", ring: 3, at: user_text_end - 0x20, code: allowed,
      text: "nop\n.rept 27\nnop\n.endr" },
    { name: "code that runs on over the end", ring: 3, at: user_text_end - 0x3c, code: allowed,
      text: `jmp 1f\n1: jmp 2f\n2:` },
  ]);
  await tries([
    { name: "an instruction that begins in its region only", ring: 3, at: user_text_end - 2, code: P | U | I | K,
      cr2: user_text_end, text: "mov eax, 0x12345678", also: eip(user_text_end - 2) },
  ]);
  await tries([
    { name: "code behind the last instruction", ring: 3, at: user_text_end - 4, code: P | U | I | K, cr2: user_text_end,
      text: "nop\nnop\nnop\nnop", also: eip(user_text_end) },
  ]);
});

test("rings 0 to 2 are checked as well, and the fault is a supervisor's", async () => {
  const { devices } = await tries([
    { name: "load", ring: 0, code: allowed, text: mov("eax, [0x6000]") },
    { name: "load from nowhere", ring: 0, code: P | K, cr2: nowhere, text: mov(`eax, [${nowhere}]`) },
    { name: "load of what is ring 3's", ring: 0, code: P | K, cr2: own, text: mov(`eax, [${own}]`) },
    { name: "store nowhere", ring: 0, code: P | W | K, cr2: nowhere, text: mov(`dword ptr [${nowhere}], 1`),
      also: is(nowhere, 0) },
    { name: "store into its own code", ring: 0, code: P | W | K, cr2: 0x1000, text: mov("byte ptr [0x1000], 0x90") },
    { name: "store to a device", ring: 0, code: P | W | K, cr2: device_first, text: mov(`dword ptr [${device_first}], 1`) },
    { name: "store to a device, half of it in the MPU's page", ring: 0, code: P | W | K, cr2: mpu_first + 0xffe,
      text: mov(`dword ptr [${mpu_first + 0xffe}], 1`) },
    { name: "load where everybody may read", ring: 0, code: allowed, text: mov(`eax, [${read_only}]`) },
  ]);
  assert.equal(devices, []);
});

test("a region that the kernel writes counts from the next instruction on", async () => {
  const rights = rightsOf(["READ", "NONE", "NONE", "WRITE"]);
  await tries([
    { name: "given", ring: 0, code: allowed, first: region(6, false, nowhere, nowhere + 32, rights),
      text: mov(`eax, [${nowhere}]`) },
    { name: "in ring 3", ring: 3, code: allowed, text: mov(`byte ptr [${nowhere}], 0x66`), also: is(nowhere, 0x66) },
    { name: "taken", ring: 0, code: P | K, cr2: nowhere, first: region(6, false, nowhere, nowhere + 32, 0),
      text: mov(`eax, [${nowhere}]`) },
    { name: "taken, in ring 3", ring: 3, code: P | W | U | K, cr2: nowhere, text: mov(`byte ptr [${nowhere}], 0x77`),
      also: is(nowhere, 0x66) },
  ]);
});

test("behind the W^X lock nothing is executed that may be written, and ring 0 cannot undo it", async () => {
  const lock = control(3);
  const execute = rightsOf(["NONE", "NONE", "NONE", "EXECUTE"]);
  await tries([
    { name: "code that may be written", ring: 3, code: P | U | I | K, cr2: both, first: control(0),
      text: `mov eax, ${both}\njmp eax` },
    { name: "the same with another region for its execution", ring: 3, code: P | U | I | K, cr2: both,
      first: region(6, false, both, both + 32, execute), text: `mov eax, ${both}\njmp eax` },
    { name: "a region that is both", ring: 3, code: P | U | K, cr2: nowhere,
      first: region(7, false, nowhere, nowhere + 32, rightsOf(["WRITE", "NONE", "NONE", "EXECUTE"])),
      text: mov(`eax, [${nowhere}]`) },
    { name: "when it may not be written any more", ring: 3, code: allowed, first: region(4, false, 0, 0, 0),
      text: `mov eax, ${both}\njmp eax` },
  ], lock);
});

test("page tables are walked by the rights of ring 0, and each page's part of an access by its own", async () => {
  const [by_nowhere, by_tables] = [0x400000, 0x800000];
  const crossing = 0x10ffe;
  await tries([
    { name: "load through a table nowhere", ring: 0, code: P | K, cr2: by_nowhere + 4, first: pagingOn,
      text: mov(`eax, [${by_nowhere + 4}]`) },
    { name: "store through it in ring 3", ring: 3, code: P | W | U | K, cr2: by_nowhere,
      text: mov(`dword ptr [${by_nowhere}], 1`) },
    { name: "code through it", ring: 0, code: P | I | K, cr2: by_nowhere, text: `mov eax, ${by_nowhere}\njmp eax` },
    { name: "a table that must not be marked", ring: 3, code: P | U | K, cr2: by_tables, text: mov(`eax, [${by_tables}]`),
      also: is(place.tables, 7) },
    { name: "one that need not be", ring: 3, code: allowed, text: mov(`eax, [${by_tables + 0x1000}]`) },
    { name: "a load that goes on in another page, nowhere", ring: 3, code: P | U | K, cr2: crossing,
      first: region(6, false, crossing - 30, crossing + 2, rightsOf(["NONE", "NONE", "NONE", "WRITE"])) +
        region(3, false, 0, 0, 0), text: mov(`eax, [${crossing}]`) },
    { name: "a store there", ring: 3, code: P | W | U | K, cr2: crossing, text: mov(`dword ptr [${crossing}], -1`) },
    { name: "of which nothing was written", ring: 3, code: allowed, text: `movzx ecx, word ptr [${crossing}]`,
      also: (outcome) => { assert.is(outcome.ecx, 0); } },
    { name: "with a region there too", ring: 3, code: allowed,
      first: region(3, false, user_stack, user_stack_end, rightsOf(["NONE", "NONE", "NONE", "WRITE"])),
      text: mov(`dword ptr [${crossing}], 0x11223344`), also: is(crossing + 2, 0x22) },
    { name: "a load in a page", ring: 3, code: allowed, text: mov(`eax, [${own}]`) },
    { name: "a load from nowhere in a page", ring: 3, code: P | U | K, cr2: nowhere, text: mov(`eax, [${nowhere}]`) },
  ]);
});

test("an MPU that refuses nothing takes no clock", async () => {
  const work: readonly Expected[] = [
    { name: "loads, stores and jumps", ring: 3, code: allowed, esp: user_stack_end, text: `
      mov ecx, 20
      1: mov eax, [${own + 29}]
      mov [${own + 30}], eax
      push eax
      call 2f
      pop eax
      loop 1b
      jmp 3f
      2: add dword ptr [${own}], 3
      ret
      3: mov esi, ${own}
      mov edi, ${own + 16}
      mov ecx, 9
      rep movsb` },
    { name: "with paging", ring: 3, code: allowed, first: pagingOn, text: mov(`eax, [${own}]`) },
  ];
  const retired = async (value: number): Promise<readonly string[]> => {
    const ran = await tries(work, everything + control(value));
    const first = ran.retired[0]?.clock ?? 0;
    return ran.retired.map(({ clock, eip: at }) => `${clock - first} ${at.toString(16)}`);
  };
  assert.equal(await retired(1), await retired(0));
});

test.run();
