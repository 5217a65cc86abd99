import { suite } from "uvu";
import * as assert from "uvu/assert";

import { baud, machineClock_hz } from "./board.ts";
import { BOARDS } from "./boards.ts";

const test = suite("boards");

test("ulx3s-85f halves its 25 MHz, and the serial line's rate with them", () => {
  const [board] = BOARDS;
  assert.ok(board);
  assert.is(machineClock_hz(board), 12_500_000);
  assert.is(baud(board), 500_000);
});

/** Of Linux from 9600 on: terminal programs and `stty` take these, and USB bridges reach them exactly or nearly. */
const rates_baud = new Set([
  9600, 19_200, 38_400, 57_600, 115_200, 230_400, 460_800, 500_000, 576_000, 921_600, 1_000_000, 1_152_000, 1_500_000,
  2_000_000, 2_500_000, 3_000_000, 3_500_000, 4_000_000,
]);

for (const board of BOARDS) {
  test(`${board.id}: milliseconds are whole numbers of cycles, and the serial line has a rate that serial ports have`, () => {
    assert.is(machineClock_hz(board) % 1000, 0);
    assert.ok(rates_baud.has(baud(board)), String(baud(board)));
  });
}

test.run();
