import { suite } from "uvu";
import * as assert from "uvu/assert";

import { figuresPage } from "./figures-page.ts";
import type { Measurement } from "./measurement.ts";

const test = suite("docs/figures.md");

const measurement = (id: string): Measurement => ({
  id, metric: id, unit: "clocks", target: { atMost: 10 }, best: "11 (a | b)", measure: () => Promise.reject(new Error("not here")),
});
const [first, second] = [measurement("first"), measurement("second")];
const all = [first, second];
const reading = (value: number) => ({ value, how: "counted" });

test("a figure that is recorded has a row with its verdict", () => {
  const page = figuresPage(all, [[first, reading(9)]], "");
  assert.match(page, "| `first` | 9 clocks | ≤ 10 | met | 11 (a \\| b) | counted |");
});

test("what is measured anew is replaced; the other rows and the notes stay", () => {
  const before = `${figuresPage(all, [[first, reading(9)], [second, reading(3)]], "")}\n## Notes\n\nWhy.\n`;
  const page = figuresPage(all, [[first, reading(12)]], before);
  assert.match(page, "| `first` | 12 clocks | ≤ 10 | **missed** |");
  assert.not.match(page, "9 clocks");
  assert.match(page, "| `second` | 3 clocks |");
  assert.match(page, "## Notes\n\nWhy.\n");
});

test("rows stand in the order of the measurements, whatever was recorded first", () => {
  const page = figuresPage(all, [[first, reading(1)]], figuresPage(all, [[second, reading(2)]], ""));
  assert.ok(page.indexOf("`first`") < page.indexOf("`second`"));
});

test("recording twice changes nothing", () => {
  const once = figuresPage(all, [[first, reading(1)]], "");
  assert.is(figuresPage(all, [[first, reading(1)]], once), once);
});

test.run();
