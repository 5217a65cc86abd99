import { suite } from "uvu";
import * as assert from "uvu/assert";

import { countOutcome, parseSummary, testFiles } from "./suites.ts";

const test = suite("test counts");

const summary = (total: number, passed: number, skipped: number): string =>
  `• • •   (${passed} / ${total})\n\n  Total:     ${total}\n  Passed:    ${passed}\n  Skipped:   ${skipped}\n  Duration:  1.00ms\n\n`;

test("uvu's summary is read", () => {
  assert.equal(parseSummary(summary(12, 11, 3)), { total: 12, passed: 11, skipped: 3 });
  assert.is(parseSummary("Total: many"), undefined);
});

test("counts are uvu's own", () => {
  assert.equal(countOutcome(0, summary(5, 5, 1)), { passed: 5, failed: 0, skipped: 1 });
  assert.equal(countOutcome(1, summary(5, 3, 0)), { passed: 3, failed: 2, skipped: 0 });
});

test("a file that crashes before its summary has failed once", () => {
  assert.equal(countOutcome(1, "SyntaxError"), { passed: 0, failed: 1, skipped: 0 });
  assert.equal(countOutcome(null, ""), { passed: 0, failed: 1, skipped: 0 });
});

test("good counts do not hide a bad end", () => {
  assert.equal(countOutcome(1, summary(5, 5, 0)), { passed: 5, failed: 1, skipped: 0 });
});

test("a file without a test has failed", () => {
  assert.equal(countOutcome(0, summary(0, 0, 0)), { passed: 0, failed: 1, skipped: 0 });
});

test("every test file is found, none of the packages' or the build's", () => {
  const files = testFiles();
  assert.ok(files.includes("commands/suites.test.ts"));
  assert.not(files.some((path) => path.startsWith("node_modules") || path.startsWith("build")));
});

test.run();
