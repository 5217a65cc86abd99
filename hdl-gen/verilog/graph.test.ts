import { suite } from "uvu";
import * as assert from "uvu/assert";
import { input, instanceGraph, module, output, reg } from "../index.ts";

const test = suite("instance graph");

const half = module("half", "", { a: input(8), y: output(8) }, (_m, io) => { io.y.value = io.a.shr(1); });

test("an arrow goes from each source to its reader, through logic but not through registers", () => {
  const top = module("top", "", { a: input(8), pick: input(1), y: output(8), late: output(8) }, (m, io) => {
    const r = m.regs({ kept: reg(8) });
    const first = m.instance("first", half, { a: io.a });
    const { mixed } = m.nets({ mixed: first.y.and(io.pick.replicate(8)) });
    const second = m.instance("second", half, { a: mixed });
    r.kept.next = second.y;
    io.y.value = second.y.xor(first.y);
    io.late.value = r.kept;
  });
  assert.snapshot(instanceGraph(top), `flowchart LR
  first["first<br>half"]
  second["second<br>half"]
  a([a]) -->|8| first
  first -->|8| second
  pick([pick]) -->|1| second
  second -->|8| y([y])
  first -->|8| y([y])
`);
});

test.run();
