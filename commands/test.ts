import { command } from "./command.ts";
import { Status, usageFailure } from "./failure.ts";
import { NO_INSTALL, requireTools } from "./install.ts";
import { type Outcome, runCheck, runTestFile, testFiles } from "./suites.ts";

const AT_ONCE = 2;
const LIMIT_MS = 15 * 60e3; // for one file
const LIMIT_ALL_MS = 4 * 3600e3;

export default command({
  summary: "check types and style, then run all tests",
  names: "[NAME ...]",
  options: {
    all: { text: "run the long campaigns too (the tests see ATOMICOS_TEST_ALL=1)" },
    json: { text: "print the outcome as JSON; progress goes to standard error" },
    "no-install": NO_INSTALL,
  },
  details: `\
With NAMEs, only the test files whose path contains one of them run, and no checks of types and style.
The last line is "N passed, N failed": the sum of what the test files counted; a check, and a file that ends before it
has counted its tests, counts as one. Exit status: 0 if nothing failed, else 1.
`,
  async run({ options, names }) {
    const files = testFiles().filter((path) => names.length === 0 || names.some((name) => path.includes(name)));
    if (files.length === 0) throw usageFailure(`no test file's path contains ${names.join(" or ")}`, "see: atomicos test --help");
    await requireTools(["run", "trace", "test"], !options["no-install"]);

    const progress = options.json ? process.stderr : process.stdout;
    const outcomes: Outcome[] = [];
    const finish = (outcome: Outcome): void => {
      outcomes.push(outcome);
      progress.write(progressLine(outcome));
      if (outcome.failed > 0) progress.write(`${outcome.output.trimEnd()}\n\n`);
    };

    if (names.length === 0) {
      finish(await runCheck("types (tsc)", "tsc", ["--noEmit", "--pretty", "false"]));
      finish(await runCheck("style (oxlint)", "oxlint", ["--type-aware"]));
    }
    const env = { FORCE_COLOR: "0", ...(options.all ? { ATOMICOS_TEST_ALL: "1" } : {}) };
    const queue = [...files];
    const worker = async (): Promise<void> => {
      for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
        finish(await runTestFile(path, env, options.all ? LIMIT_ALL_MS : LIMIT_MS));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));

    const sum = (count: "passed" | "failed" | "skipped"): number =>
      outcomes.reduce((total, outcome) => total + outcome[count], 0);
    const [passed, failed, skipped] = [sum("passed"), sum("failed"), sum("skipped")];
    const broken = outcomes.filter((outcome) => outcome.failed > 0).map((outcome) => outcome.name);
    if (broken.length > 0) progress.write(`\nfailed in: ${broken.join(", ")}\n`);
    if (skipped > 0) progress.write(`${skipped} skipped\n`);
    if (options.json) {
      const results = outcomes.map((outcome) => ({
        name: outcome.name,
        passed: outcome.passed,
        failed: outcome.failed,
        skipped: outcome.skipped,
        elapsed_s: outcome.elapsed_ms / 1000,
        output: outcome.failed > 0 ? outcome.output : undefined,
      }));
      console.log(JSON.stringify({ passed, failed, skipped, results }, null, 2));
    }
    progress.write(`${passed} passed, ${failed} failed\n`);
    return failed === 0 ? Status.ok : Status.failed;
  },
});

function progressLine({ name, passed, failed, skipped, elapsed_ms }: Outcome): string {
  const counts = [`${passed} passed`, ...(failed > 0 ? [`${failed} FAILED`] : []), ...(skipped > 0 ? [`${skipped} skipped`] : [])];
  return `${failed > 0 ? "✘" : "✓"} ${name}: ${counts.join(", ")} (${(elapsed_ms / 1000).toFixed(1)} s)\n`;
}
