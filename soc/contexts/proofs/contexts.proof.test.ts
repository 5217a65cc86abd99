import { requireProof } from "#hdl-gen";
import { suite } from "uvu";
import { switcher } from "../switcher.ts";
import type { SwitcherConfig } from "../shape.ts";

const test = suite("proofs: contexts");
const small: SwitcherConfig = { tasks: 4, exchange_cycles: 6, bankBits: 1, shadowBits: 1, lateBits: 3 };

test("a context switch preserves every bit of every other context", async () => {
  await requireProof(switcher(small), { depth: 22, timeout_s: 240 });
});
test.run();
