import { suite } from "uvu";
import * as assert from "uvu/assert";

import { BOARDS } from "./boards.ts";
import { constraints } from "./constraints.ts";
import { namedPins } from "./pins.ts";

const test = suite("constraint files");

test("ulx3s-85f has its clock, serial line, eight LEDs, reset button and the ESP32's strap", () => {
  const [board] = BOARDS;
  assert.ok(board);
  const located = constraints(board).matchAll(/^LOCATE COMP "(.*)" SITE "(.*)";$/gm);
  const places = [...located].map(([, name, site]) => `${name} ${site}`);
  assert.equal(places, [
    "clock G2",
    "reset_button D6",
    "uart_rx M1",
    "uart_tx L4",
    ...["B2", "C2", "C1", "D2", "D1", "E2", "E1", "H3"].map((site, i) => `leds[${i}] ${site}`),
    "wifi_gpio0 L2",
  ]);
});

for (const board of BOARDS) {
  test(`${board.id}: each pin is placed once and says what it is electrically`, () => {
    const text = constraints(board);
    const pins = namedPins(board);
    assert.is(new Set(pins.map(({ site }) => site)).size, pins.length);
    for (const { name, site } of pins) {
      assert.is(text.split(`LOCATE COMP "${name}" SITE "${site}";\n`).length, 2);
      assert.is(text.split(`IOBUF PORT "${name}" IO_TYPE=LVCMOS33`).length, 2);
    }
  });

  test(`${board.id}: the frequency is left to the command line`, () => {
    assert.not.match(constraints(board), "FREQUENCY");
  });
}

test.run();
