// A call into a kernel that does nothing, and back: clocks from one completed instruction of ring 3 to another.
import { buildBare } from "../../tests/cpu/bare/build.ts";
import { cpuVerilog } from "../../tests/cpu/bare/verilog.ts";
import { assemble, events } from "./image.ts";
import { distribution, type Distribution } from "./distribution.ts";

const places = { ENTERED: 0x2000, USER: 0x3000 } as const;
const clocks_max = 200_000;

export interface SyscallClocks {
  /** From the completion of what stands before SYSENTER to that of the first instruction back in ring 3. */
  readonly call: Distribution;
  /** The same with the two moves in front by which the caller says where to return to, and with which stack. */
  readonly prepared_call: Distribution;
}

const preparing_instructions = 2;

export async function measureSyscall(verilog = cpuVerilog()): Promise<SyscallClocks> {
  const bare = await buildBare(verilog);
  const program = await assemble("syscall", places);
  const call: number[] = [], prepared_call: number[] = [];
  // Clocks in which the latest instructions of ring 3 were complete, the last one last.
  const earlier: number[] = [];
  let calling: readonly number[] | undefined;
  for await (const { clock, eip } of events(bare, program, { clocks_max })) {
    if (eip === undefined) throw new Error("an interrupt that nobody asked for");
    if (eip === places.ENTERED) calling = [...earlier];
    if (eip < places.USER) continue;
    if (calling !== undefined) {
      const [before_call, before_preparing] = [calling.at(-2), calling.at(-2 - preparing_instructions)];
      if (before_call === undefined || before_preparing === undefined) throw new Error("a call out of nothing");
      call.push(clock - before_call);
      prepared_call.push(clock - before_preparing);
      calling = undefined;
    }
    earlier.push(clock);
    if (earlier.length > preparing_instructions + 2) earlier.shift();
  }
  return { call: distribution(call), prepared_call: distribution(prepared_call) };
}
