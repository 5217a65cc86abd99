import { suite } from "uvu";
import * as assert from "uvu/assert";

import { nearest } from "./nearest.ts";

const test = suite("nearest name");

const names = ["run", "test", "build", "bench", "fuzz", "doctor", "clean"];

test("one slip is understood", () => {
  assert.is(nearest("rnu", names), "run");
  assert.is(nearest("tests", names), "test");
  assert.is(nearest("biuld", names), "build");
  assert.is(nearest("docter", names), "doctor");
});

test("the beginning of a name is enough", () => assert.is(nearest("doc", names), "doctor"));

test("another word is no slip", () => {
  assert.is(nearest("deploy", names), undefined);
  assert.is(nearest("", names), undefined);
});

test.run();
