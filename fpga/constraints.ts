// A board as a constraint file (.lpf): where each pin is and what it is electrically.
//
// No clock's frequency is in it, because there it would be what place and route is content with. It is told the frequency
// we want instead (commands/steps/bitstream.ts), for the oscillator and for what is divided from it, and the report
// compares what came out with what both are on the board.

import type { Board } from "./board.ts";
import { namedPins } from "./pins.ts";

export function constraints(board: Board): string {
  const pins = namedPins(board).flatMap(({ name, site, attributes }) => [
    `LOCATE COMP "${name}" SITE "${site}";`,
    `IOBUF PORT "${name}" ${attributes};`,
  ]);
  const origin = `# ${board.title}. Generated from fpga/boards/${board.id}.ts by atomicos fpga build.`;
  return [origin, `${board.settings};`, ...pins, ""].join("\n");
}
