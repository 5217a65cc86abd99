// Control, debug and model-specific registers, ports, and what else only systems use.
import { identityAt } from "../identity.ts";
import type { MicroOp } from "../microop.ts";
import {
  callTo, goto, load, loadElement, loadWord, storeElement, when, type Step, type To,
} from "./steps.ts";

/** CPUID: the four doublewords of a leaf. */
const leaf = (name: keyof typeof identityAt): Step[] =>
  (["eax", "ebx", "ecx", "edx"] as const).map((to, i) => ({
    ...(i === 0 ? { label: `cpuid_${name}` } : {}),
    operation: "move", b: "special", special: "identity", constant: identityAt[name] + i, size: "dword", to,
    ...(i === 3 ? goto("restart_fetch") : {}),
  }));

/** Two halves of a value that stands still from the first to the second: to EAX and EDX. */
const halves = (
  low: NonNullable<MicroOp["special"]>, high: NonNullable<MicroOp["special"]>, label?: string,
): Step[] => [
  { ...(label === undefined ? {} : { label }), operation: "move", b: "special", special: low, a: "ecx", to: "eax", size: "dword" },
  { operation: "move", b: "special", special: high, a: "ecx", to: "edx", size: "dword", next: "end" },
];

/** Whether the I/O permission bitmap permits the port in t4 (Intel SDM 1, 19.5.2). #GP if not. */
const portCheck: Step[] = [
  { label: "port_check", system: "require_here", check: "tss_of_386" },
  { ...loadWord("t0", "none", "tss"), displacement: "constant", constant: 0x66,
    ...when("if_violation", "port_denied", "not_taken") },
  { operation: "shr", a: "t4", b: "constant", constant: 3, to: "t1", size: "dword" },
  { operation: "add", a: "t0", b: "t1", to: "t1", size: "dword" },
  { operation: "and", a: "t4", b: "constant", constant: 7, to: "t3", size: "dword" },
  { ...loadWord("t2", "t1", "tss"), ...when("if_violation", "port_denied", "not_taken") },
  { operation: "shr", a: "t2", b: "t3", to: "t2", size: "dword" },
  { system: "require_here", check: "ports_permitted", a: "t2", size: "w", next: "return" },
  { label: "port_denied", system: "require_here", check: "never" },
];

const input = (base: "t4" | "edx", to: To): MicroOp => ({
  operation: "move", b: "memory", to, size: "w", memory: "input", base, segment: "linear",
});
const output = (base: "t4" | "edx", b: To): MicroOp => ({
  operation: "move", b, size: "w", memory: "output", base, segment: "linear",
});

/** DX, which the bitmap is asked about, to t4. */
const portNumber: MicroOp = { operation: "zero_extend", source: "word", b: "edx", to: "t4", size: "dword" };

/** INS asks first whether its store will be possible: a port is read once. */
const storable: MicroOp = { memory: "modify", size: "w", source: "element", base: "edi", segment: "es" };
const countDown: MicroOp = { operation: "sub", a: "ecx", b: "one", to: "ecx", size: "address" };

/** `repeated`: a round of REP, whose last step counts ECX down. */
const portStrings = (name: "ins" | "outs", body: readonly Step[], repeated: readonly Step[]): Step[] => [
  { label: `${name}_checked`, ...portNumber },
  { ...callTo("port_check") },
  { label: name, ...body[0]! },
  ...body.slice(1, -1),
  { ...body.at(-1)!, next: "end" },
  { label: `rep_${name}_checked`, ...portNumber },
  { ...callTo("port_check") },
  { label: `rep_${name}`, a: "ecx", size: "address", ...when("if_zero", "finish", "not_taken") },
  { ...repeated[0]!, label: `rep_${name}_body`, interruptible: true },
  ...repeated.slice(1, -1),
  { ...repeated.at(-1)!, ...when("if_many", `rep_${name}_body`, "taken") },
  goto("finish"),
];

const insBody: readonly Step[] = [storable, input("edx", "t0"), storeElement("t0")];
const outputAndCount: MicroOp = {
  ...output("edx", "memory"), operation: "count_down", a: "ecx", to: "ecx", size: "address", source: "element",
};

export const system: Step[] = [
  { label: "finish", next: "end" },
  { label: "restart_fetch", system: "serialize", next: "end" },
  // BOUND: t1 holds the operand's address, where the lower bound is and after it the upper.
  { label: "bound", ...load("t2", "t1", "context") },
  { ...load("t3", "t1", "context"), displacement: "plus_size" },
  { system: "bound", operation: "cmp", a: "reg", b: "t2" },
  { system: "bound", operation: "cmp", a: "t3", b: "reg", next: "end" },

  { label: "write_control_0", system: "require_here", check: "control0_allowed", a: "t0", size: "dword" },
  { system: "write_control", b: "t0", size: "dword", ...goto("restart_fetch") },
  { label: "write_control_4", system: "require_here", check: "control4_allowed", a: "t0", size: "dword" },
  { label: "write_control", system: "write_control", b: "t0", size: "dword", ...goto("restart_fetch") },

  { label: "cpuid", a: "eax", size: "dword", ...when("if_zero", "cpuid_basic", "not_taken") },
  ...leaf("features"),
  ...leaf("basic"),

  ...halves("time_low", "time_high", "read_time"),
  { label: "read_msr", system: "require_here", check: "known_msr", a: "ecx", size: "dword" },
  ...halves("msr", "msr_high"),
  { label: "write_msr", system: "require_here", check: "known_msr", a: "ecx", size: "dword" },
  { system: "write_msr", a: "ecx", b: "eax", size: "dword", ...goto("restart_fetch") },
  { label: "read_counter", system: "require_here", check: "known_counter", a: "ecx", size: "dword" },
  ...halves("counter_low", "counter_high"),

  // Ports where the I/O permission bitmap decides: the port's number is in t4.
  { label: "input_checked", ...callTo("port_check") },
  { ...input("t4", "eax"), next: "end" },
  { label: "output_checked", ...callTo("port_check") },
  { ...output("t4", "eax"), next: "end" },
  ...portCheck,
  ...portStrings("ins", insBody, [...insBody, countDown]),
  ...portStrings("outs", [loadElement("esi"), output("edx", "memory")], [loadElement("esi"), outputAndCount]),
];
