import { suite } from "uvu";
import * as assert from "uvu/assert";

import { Failure } from "./failure.ts";
import { optionHelp, parseArguments, parseCount } from "./options.ts";

const test = suite("command lines");

const table = {
  script: { value: "FILE", text: "a script" },
  trace: { value: "FILE.fst", text: "waves" },
  all: { text: "everything" },
} as const;

const parse = (...argv: string[]): ReturnType<typeof parseArguments<typeof table>> => parseArguments("run", table, argv);

function rejects(argv: readonly string[], message: string, advice: string): void {
  try {
    parse(...argv);
  } catch (error) {
    assert.instance(error, Failure);
    if (!(error instanceof Failure)) return;
    assert.is(error.message, message);
    assert.is(error.advice, advice);
    assert.is(error.status, 2);
    return;
  }
  assert.unreachable(`${argv.join(" ")} was accepted`);
}

test("values, switches and names are told apart", () => {
  const { options, names, help } = parse("--script", "a.txt", "one", "--all", "--trace=b.fst", "--", "--two");
  assert.equal({ ...options }, { script: "a.txt", trace: "b.fst", all: true, help: false });
  assert.equal(names, ["one", "--two"]);
  assert.not(help);
});

test("what is not given is undefined or false", () => {
  const { options } = parse();
  assert.is(options.script, undefined);
  assert.is(options.all, false);
});

test("a lone dash is a value", () => assert.is(parse("--script", "-").options.script, "-"));

test("--help and -h ask for help", () => {
  assert.ok(parse("--help").help);
  assert.ok(parse("-h").help);
});

test("an unknown option names its nearest", () => {
  rejects(["--scirpt", "x"], "run has no option --scirpt", "did you mean --script?");
  rejects(["--colour"], "run has no option --colour", "see: atomicos run --help");
  rejects(["-x"], "run has no option -x", "see: atomicos run --help");
});

test("a missing value says what belongs there", () => {
  rejects(["--script"], "option --script needs a value", "write: --script FILE");
  rejects(["--script", "--all"], "option --script needs a value", "write: --script FILE");
  rejects(["--script="], "option --script needs a value", "write: --script FILE");
});

test("a switch refuses a value", () => {
  rejects(["--all=yes"], "option --all takes no value", "write it without =yes");
});

test("counts are read in every usual way", () => {
  for (const [written, count] of [["250000", 250_000], ["250_000", 250_000], ["250k", 250_000], ["1.5M", 1_500_000], ["1e6", 1_000_000]] as const) {
    assert.is(parseCount("max-cycles", written), count);
  }
});

test("what is no count above zero is refused", () => {
  for (const text of ["0", "-5", "ten", "1.5", "", "1e400", "5m"]) assert.throws(() => parseCount("max-cycles", text), "max-cycles");
});

test("the help lists every option, aligned", () => {
  assert.is(
    optionHelp(table),
    "  --script FILE     a script\n  --trace FILE.fst  waves\n  --all             everything\n  --help            show this text\n",
  );
});

test.run();
