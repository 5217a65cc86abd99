// From an interrupt request to its handler, at random moments of a mix of instructions in ring 0 and in ring 3.
import { decodeAt } from "../../soc/cpu/timing.ts";
import { buildBare } from "../../tests/cpu/bare/build.ts";
import { cpuVerilog } from "../../tests/cpu/bare/verilog.ts";
import { distribution, type Distribution } from "./distribution.ts";
import { assemble, events, image_first } from "./image.ts";

const places = { HANDLER: 0x2000, COMPILED_0: 0x8000, RARE_0: 0xa000, COMPILED_3: 0xc000, RARE_3: 0xe000 } as const;
export const handler_address = places.HANDLER;

/** The ring that was interrupted, and whether what compilers make was all that was under way. */
export type Interrupted = "compiled_0" | "rare_0" | "compiled_3" | "rare_3";

const isRare = (eip: number): boolean =>
  eip >= places.RARE_3 || (eip >= places.RARE_0 && eip < places.COMPILED_3);

/** `at`: the instruction that was interrupted; `waited_for`: what was completed between the request and that. */
function interrupted(at: number, waited_for: number | undefined): Interrupted {
  const rare = isRare(at) || (waited_for !== undefined && isRare(waited_for));
  if (at < places.COMPILED_3) return rare ? "rare_0" : "compiled_0";
  return rare ? "rare_3" : "compiled_3";
}

export interface Latency {
  /** From the clock in which the line goes up to that in which the handler's first instruction is complete. */
  readonly clocks: Distribution;
  /** The longest, and the instruction last completed before the handler: the one that was waited for. */
  readonly longest: { readonly clocks: number; readonly instruction: string };
}

/** One interrupt. */
export interface Sample {
  readonly clocks: number;
  readonly inner: boolean;
  /** The instruction completed last before the request, and those between that and the handler. */
  readonly before: number;
  readonly waited_for: readonly number[];
}

export interface InterruptClocks {
  readonly of: Readonly<Record<Interrupted, Latency>>;
  readonly samples: readonly Sample[];
  /** In memory: what the handler's first instruction is. */
  readonly image: Uint8Array;
}

/** Each interrupt takes fewer on the average, with its handler and what runs in between. */
const clocks_per_interrupt = 400;

export async function measureInterrupts(
  { interrupts, seed = 1, verilog = cpuVerilog() }: {
    readonly interrupts: number; readonly seed?: number; readonly verilog?: string;
  },
): Promise<InterruptClocks> {
  const bare = await buildBare(verilog);
  const program = await assemble("interrupts", places);
  const samples: Record<Interrupted, { clocks: number; eip: number }[]> =
    { compiled_0: [], rare_0: [], compiled_3: [], rare_3: [] };
  const all: Sample[] = [];
  let waited_for: number[] = [], before = image_first, last_completed = image_first;
  let requested: number | undefined, clocks: number | undefined;
  const options = { clocks_max: clocks_per_interrupt * interrupts, interrupt_seed: seed };
  for await (const { clock, eip } of events(bare, program, options)) {
    if (eip === undefined) {
      // While a handler is on its way the line may go up once more; it is down again when the handler begins.
      if (requested === undefined) [requested, waited_for, before] = [clock, [], last_completed];
    } else if (eip === places.HANDLER) {
      if (requested === undefined) throw new Error("an interrupt that was not requested");
      clocks = clock - requested;
      requested = undefined;
    } else if (eip >= places.COMPILED_0) {
      if (clocks !== undefined) {
        // The handler has returned to the instruction that it came in front of: that tells the ring.
        const last = waited_for.at(-1);
        samples[interrupted(eip, last)].push({ clocks, eip: last ?? eip });
        all.push({ clocks, inner: eip >= places.COMPILED_3, before, waited_for });
        clocks = undefined;
        if (all.length === interrupts) break;
      }
      last_completed = eip;
      if (requested !== undefined) waited_for.push(eip);
    }
  }
  if (all.length < interrupts) throw new Error(`only ${all.length} of ${interrupts} interrupts came`);

  const latency = (part: Interrupted): Latency => {
    const [first, ...others] = samples[part];
    if (first === undefined) throw new Error(`no interrupt of ${part}`);
    const longest = others.reduce((most, sample) => (sample.clocks > most.clocks ? sample : most), first);
    const { row } = decodeAt(program.bytes, longest.eip - image_first);
    return {
      clocks: distribution(samples[part].map((sample) => sample.clocks)),
      longest: { clocks: longest.clocks, instruction: row?.name ?? "undefined opcode" },
    };
  };
  return {
    of: {
      compiled_0: latency("compiled_0"), rare_0: latency("rare_0"),
      compiled_3: latency("compiled_3"), rare_3: latency("rare_3"),
    },
    samples: all,
    image: program.bytes,
  };
}
