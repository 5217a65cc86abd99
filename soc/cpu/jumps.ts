// Direct jumps, found in the window beside the decoder: memory gets the target's address in the very clock in which
// the jump is decoded, so this path has no time for the length of just any instruction.
import { input, module, mux, output, type Bit } from "#hdl-gen";

/** Bytes of a direct jump: with a distance of a byte, of a doubleword, and of a doubleword behind 0F. */
const size = { short: 2, near: 5, escaped: 6 } as const;

export const jumpFinder = module("jump_finder", "Direct jumps and calls at the window, and where they go.", {
  window: input(8 * size.escaped, "lowest byte first"),
  available: input(6, "bytes that are there"),
  address: input(32, "linear address of the window's first byte"),
  operand16: input(1, "EIP would be cut to 16 bits: left to the memory stage"),
  predicted: output(1, "a direct jump that is taken: always, or backward"),
  complete: output(1, "and all its bytes are there"),
  target: output(32, "linear address"),
}, (m, io) => {
  const first = io.window.slice(7, 0);
  const second = io.window.slice(15, 8);
  const { is_short, is_near, is_escaped, conditional } = m.nets({
    is_short: first.slice(7, 4).eq(7).or(first.eq(0xeb)),
    is_near: first.eq(0xe8).or(first.eq(0xe9)),
    is_escaped: first.eq(0x0f).and(second.slice(7, 4).eq(8)),
    conditional: first.slice(7, 4).ne(0xe),
  });
  // Of each size, where it goes, found at once: which one it is comes last. What follows a jump is ready before the
  // window is.
  const targets = m.nets({
    short_target: io.address.add(size.short).add(second.sext(32)),
    near_target: io.address.add(size.near).add(io.window.slice(39, 8)),
    escaped_target: io.address.add(size.escaped).add(io.window.slice(47, 16)),
  });
  const backward = mux(is_short, second.bit(7), io.window.bit(47));
  io.predicted.value = is_short.or(is_near, is_escaped).and(io.operand16.not(), conditional.not().or(backward));
  io.target.value = mux(is_short, targets.short_target, mux(is_near, targets.near_target, targets.escaped_target));
  const has = (bytes: number): Bit => io.available.ge(bytes);
  const there = m.nets({ has_short: has(size.short), has_near: has(size.near), has_escaped: has(size.escaped) });
  io.complete.value = io.predicted.and(mux(is_short, there.has_short, mux(is_near, there.has_near, there.has_escaped)));
});
