import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { readElf } from "../../kernel/elf.ts";
import { defineProgram, defineSystem } from "../../system/index.ts";
import { fromRoot, ROOT } from "../paths.ts";
import { buildSystemAt } from "./system.ts";

const test = suite("building a described system");

test("programs are compiled for the clock of the machine that the description names", async () => {
  const folder = fromRoot("build", "tests", "steps");
  mkdirSync(folder, { recursive: true });
  const source = fromRoot("build", "tests", "steps", "clock.c");
  writeFileSync(source, `#include "memory_map.h"
_Static_assert(CLOCK_HZ == 12500000 && UART_BAUD_AT_DIVISOR_ONE == 500000, "another machine's clock");
_Noreturn void idler_main(void);
_Noreturn void idler_main(void) {
  for (;;) {
  }
}
`);
  const idler = defineProgram({ name: "idler", sources: [relative(ROOT, source)], needs: {} });
  const { elf } = await buildSystemAt(defineSystem({
    name: "slow-clock",
    machine: { clock_hz: 12_500_000 },
    tasks: { idler: { program: idler, policy: "background", priority: 0, given: {} } },
  }));
  assert.ok(readElf(readFileSync(elf), elf).segments.length > 0);
});

test.run();
