import { constants } from "node:os";

import { command } from "./command.ts";
import { Status, usageFailure } from "./failure.ts";
import { NO_INSTALL, requireTools } from "./install.ts";
import { startBochs } from "./lockstep/bochs.ts";
import { disassemble } from "./lockstep/instruction.ts";
import { lockstep, type Difference, type Line, type Outcome } from "./lockstep/lockstep.ts";
import { startQemu } from "./lockstep/qemu.ts";
import type { Contents, Reference } from "./lockstep/reference.ts";
import { openSubject, USUAL_MACHINE } from "./lockstep/subject.ts";
import { nearest } from "./nearest.ts";
import { parseCount } from "./options.ts";
import { grouped, say } from "./say.ts";

const REFERENCES: Readonly<Record<string, (contents: Contents) => Promise<Reference>>> = { qemu: startQemu, bochs: startBochs };
const USUAL_REFERENCE = "qemu";
const INSTRUCTIONS_DEFAULT = "1M";

export default command({
  summary: "run an image on the core and in an emulator, and show the first instruction after which they differ",
  names: "IMAGE",
  options: {
    machine: { value: "NAME", text: "pc (if nothing is said), or atomicos" },
    reference: { value: "NAME", text: "the emulator: qemu (if nothing is said), or bochs; see below" },
    instructions: { value: "N", text: `stop after so many (default ${INSTRUCTIONS_DEFAULT})` },
    "compare-inputs": { text: "compare also what comes from ports, devices, CPUID, RDMSR and the time stamp" },
    ram: { value: "SIZE", text: "pc: 1M to 64M, a power of two (16M if nothing is said)" },
    append: { value: "TEXT", text: "pc: the command line that a program gets" },
    json: { text: "print the outcome as JSON; progress goes to standard error" },
    "no-install": NO_INSTALL,
  },
  details: `\
IMAGE is for the PC a ROM image, an ELF file or a multiboot program (see: atomicos run --help), for the machine
atomicos a kernel. After each instruction EAX to EDI, EIP, EFLAGS but for what the manuals leave undefined, and the
selectors of all segment registers must be equal. The reference begins with the core's registers after reset.

Devices are not compared, for they differ in time. What an instruction learns from outside (IN, INS, loads from device
memory, CPUID, RDMSR, RDPMC, RDTSC) the reference is told from the core; with --compare-inputs it reads its own, and a
difference is shown. The reference takes no interrupts of its own: an interrupt that the core takes is taken over with
the registers and the stack frame that the core enters its handler with, and the comparison goes on there.

Bochs is the better judge of protection, gates and tasks; but it cannot be told flags, so with it the comparison ends at
the first interrupt, and at a load from a device that sets flags otherwise. Exceptions and INT n it does itself.

The run ends at a difference, when the program ends it (a write to port F4h), when the core has halted and no interrupt
comes, or after --instructions.

Exit status: 0 no difference; 1 a difference, or the build or the emulator failed; 2 the command line or the image is
wrong; 128 + n ended by signal n.
`,
  async run({ options, names }) {
    const [image, ...more] = names;
    if (image === undefined || more.length > 0) throw usageFailure("lockstep takes one image", "see: atomicos lockstep --help");
    const start = chooseReference(options.reference ?? USUAL_REFERENCE);
    const instructionsMax = parseCount("instructions", options.instructions ?? INSTRUCTIONS_DEFAULT);
    const machine = options.machine ?? USUAL_MACHINE;
    const create = await openSubject(image, { machine, ram: options.ram, append: options.append });
    await requireTools(["run"], !options["no-install"]);

    const signals = watchSignals();
    const subject = await create();
    try {
      const reference = await start(subject.contents);
      try {
        const outcome = await lockstep(subject.core, reference, {
          instructionsMax,
          compareInputs: options["compare-inputs"],
          isDevice: subject.isDevice,
          progress: progressOf(signals),
        });
        if (outcome.end === "stopped" && signals.name !== undefined) return 128 + constants.signals[signals.name];
        process.stdout.write(options.json ? json(outcome, reference.name) : text(outcome, reference.name));
        return outcome.difference === undefined ? Status.ok : Status.failed;
      } finally {
        await reference.close();
      }
    } finally {
      subject.free();
      signals.forget();
    }
  },
});

function chooseReference(name: string): (contents: Contents) => Promise<Reference> {
  const start = Object.hasOwn(REFERENCES, name) ? REFERENCES[name] : undefined;
  if (start !== undefined) return start;
  const known = Object.keys(REFERENCES);
  throw usageFailure(`there is no reference "${name}"`, `did you mean --reference ${nearest(name, known) ?? known.join(" or ")}?`);
}

interface Signals {
  name: NodeJS.Signals | undefined;
  forget(): void;
}

function watchSignals(): Signals {
  const all = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const note = (name: NodeJS.Signals): void => void (signals.name = name);
  const signals: Signals = {
    name: undefined,
    forget: () => {
      for (const name of all) process.off(name, note);
    },
  };
  for (const name of all) process.on(name, note);
  return signals;
}

const PROGRESS_MS = 2000;

/** A line every other second; and node gets to see its signals. */
function progressOf(signals: Signals): (instructions: number) => Promise<boolean> {
  let shown_ms = performance.now();
  let shown_instructions = 0;
  return async (instructions) => {
    await new Promise((resolve) => setImmediate(resolve));
    const now_ms = performance.now();
    if (now_ms - shown_ms >= PROGRESS_MS) {
      const rate = Math.round(((instructions - shown_instructions) * 1000) / (now_ms - shown_ms));
      say(`${grouped(instructions)} instructions equal, ${grouped(rate)} a second`);
      shown_ms = now_ms;
      shown_instructions = instructions;
    }
    return signals.name !== undefined;
  };
}

const hex = (value: number, digits = 8): string => value.toString(16).toUpperCase().padStart(digits, "0");

const ENDS: Readonly<Record<Outcome["end"], string>> = {
  ended: "the program has ended the run",
  halted: "the core has halted, and no interrupt comes",
  limit: "so many were asked for",
  stopped: "stopped",
  interrupt: "an interrupt came, which this reference cannot take over",
  input: "flags came from a device, which this reference cannot be told",
  difference: "",
};

function text({ instructions, interrupts, end, difference }: Outcome, reference: string): string {
  const count = `${grouped(instructions)} instructions, ${grouped(interrupts)} interrupts`;
  if (difference === undefined) return `equal to ${reference}: ${count}; ${ENDS[end]}\n`;
  const { at, before, values } = difference;
  return [
    `different from ${reference} after ${count}:`,
    ...before.map((line) => `    ${listing(line)}`),
    `  > ${listing(at)}`,
    `    ${"".padEnd(8)}${"core".padEnd(10)}${reference}`,
    ...values.map((one) => `    ${one.register.padEnd(8)}${hex(one.core).padEnd(10)}${hex(one.reference)}${flagNames(one)}`),
    "",
  ].join("\n");
}

function listing({ instruction, cs, eip, bytes, codeBig }: Line): string {
  const code = Buffer.from(bytes).toString("hex").padEnd(20);
  return `${grouped(instruction).padStart(9)}  ${hex(cs, 4)}:${hex(eip)}  ${code}  ${disassemble(bytes, eip, codeBig)}`;
}

const FLAG_NAMES = ["CF", "", "PF", "", "AF", "", "ZF", "SF", "TF", "IF", "DF", "OF", "IOPL", "IOPL", "NT", "", "RF", "VM", "AC", "VIF", "VIP", "ID"];

function flagNames({ register, core, reference }: Difference["values"][number]): string {
  if (register !== "eflags") return "";
  const names = FLAG_NAMES.filter((_, bit) => (((core ^ reference) >>> bit) & 1) === 1);
  return `  ${[...new Set(names)].join(" ")}`;
}

const plain = ({ instruction, cs, eip, bytes, codeBig }: Line) => ({
  instruction,
  cs: hex(cs, 4),
  eip: hex(eip),
  bytes: Buffer.from(bytes).toString("hex"),
  text: disassemble(bytes, eip, codeBig),
});

function json({ instructions, interrupts, end, difference }: Outcome, reference: string): string {
  return `${JSON.stringify({
    reference,
    equal: difference === undefined,
    instructions,
    interrupts,
    end,
    ...(difference === undefined
      ? {}
      : {
          difference: {
            at: plain(difference.at),
            registers: difference.values.map((one) => ({ ...one, core: hex(one.core), reference: hex(one.reference) })),
            before: difference.before.map(plain),
          },
        }),
  }, null, 2)}\n`;
}
