// Breakpoints and watchpoints: registers with an address and a kind, compared with what is decoded and with what has
// been loaded or stored. An instruction matches by its first byte; an access by any byte of the aligned word that holds
// the watchpoint's address.
import {
  and, array, fromBits, input, lowestIndex, module, or, output, reg, regNoReset, type Design,
} from "#hdl-gen";
import { breakpointKinds } from "./requests.ts";

const kind_bits = 2;

const ports = {
  set: {
    valid: input(1), index: input(8), kind: input(kind_bits, "of debug/requests.ts"), address: input(32, "linear"),
  },
  fetched: { address: input(32), breaks: output(1, "an instruction there has a breakpoint") },
  access: { valid: input(1), write: input(1), first: input(32, "byte"), last: input(32, "byte") },
  watched: { valid: output(1, "the access is watched"), index: output(4, "by which; by the lowest, if by several") },
};

/** At most 16. */
export function breakpoints(count: number): Design<typeof ports> {
  return module("breakpoints", "Compares addresses with breakpoints and watchpoints.", ports, (m, io) => {
    const { fetched, access, watched, set } = io;
    const { point } = m.regs({ point: array(count, { kind: reg(kind_bits), address: regNoReset(32) }) });
    point.forEach((one, i) => {
      m.when(set.valid.and(set.index.eq(i)), () => { m.drive(one, { kind: set.kind, address: set.address }); });
    });
    const { breaking, watching } = m.nets({
      breaking: fromBits(point.map(({ kind, address }) =>
        kind.eq(breakpointKinds.execute).and(address.eq(fetched.address)))),
      watching: fromBits(point.map(({ kind, address }) => {
        const word = address.slice(31, 2);
        const touched = word.eq(access.first.slice(31, 2)).or(word.eq(access.last.slice(31, 2)));
        const wanted = or(kind.eq(breakpointKinds.access), kind.eq(breakpointKinds.write).and(access.write));
        return and(access.valid, touched, wanted);
      })),
    });
    fetched.breaks.value = breaking.any();
    watched.valid.value = watching.any();
    watched.index.value = lowestIndex(watching).zext(4);
    m.unused(access.first.slice(1, 0), access.last.slice(1, 0));
  });
}
