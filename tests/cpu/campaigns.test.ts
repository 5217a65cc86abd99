// A sample of every campaign of `atomicos fuzz cpu`.
import { suite } from "uvu";
import * as assert from "uvu/assert";

import { buildBare } from "./bare/build.ts";
import { cpuVerilog } from "./bare/verilog.ts";
import { escaped } from "./compare.ts";
import { compareBatch } from "./campaign.ts";
import { campaigns, type Campaign } from "./campaigns.ts";
import { coreExecutor } from "./core.ts";
import { coverage } from "./coverage.ts";
import { selected } from "./generate.ts";
import { hostExecutor, hostHasSegments } from "./host.ts";
import { implemented, implemented_campaigns } from "./implemented.ts";
import { minimise } from "./minimise.ts";
import { report } from "./report.ts";

const test = suite("the campaigns");
const forms = selected(implemented);
const bare = await buildBare(cpuVerilog());

const all = process.env["ATOMICOS_TEST_ALL"] === "1";
const seed = 1;

/** A batch has so many more cases where their slots are smaller. */
const batches = { flat: all ? 50 : 2, segmented: all ? 400 : 16 };

function* batchesOf(campaign: Campaign, low: boolean) {
  for (let batch = 0; batch < batches[campaign.kind]; batch++)
    yield campaign.make({ seed, batch, forms, low, interruptible: false });
}

const has_segments = await hostHasSegments();
const canRun = ({ kind }: Campaign): boolean => kind === "flat" || has_segments;
if (!has_segments) console.log("left out: segments, because this Linux lets no process have local descriptors");

for (const [name, campaign] of Object.entries(campaigns).filter(([, one]) => canRun(one))) {
  test(`${name}: on the host processor no case leaves its memory, and all are repeatable`, async () => {
    const host = await hostExecutor(campaign.kind);
    try {
      for (const cases of batchesOf(campaign, host.low))
        for (const { expected, differences, test: one } of await compareBatch(host, host, cases)) {
          assert.not(escaped(expected), one.name);
          assert.equal(differences, [], one.name);
        }
    } finally {
      host.close();
    }
  });
}

for (const name of implemented_campaigns.filter((one) => canRun(campaigns[one]))) {
  test(`${name}: the core does what the host processor does`, async () => {
    const campaign = campaigns[name];
    const host = await hostExecutor(campaign.kind);
    const core = await coreExecutor(bare, { kind: campaign.kind });
    try {
      for (const cases of batchesOf(campaign, host.low)) {
        const found = (await compareBatch(host, core, cases)).find(({ differences }) => differences.length > 0);
        assert.is(found === undefined ? "" : report(await minimise(host, core, found)), "");
      }
    } finally {
      host.close();
      core.close();
    }
  });
}

test("sixteen: every form of every instruction is among the first cases", () => {
  const cases = Array.from({ length: 60 }, (_, batch) =>
    campaigns.sixteen.make({ seed, batch, forms, low: true, interruptible: false }),
  );
  assert.equal(
    coverage(cases.flat(), forms).missing.map(({ id }) => id),
    [],
  );
});

test.run();
