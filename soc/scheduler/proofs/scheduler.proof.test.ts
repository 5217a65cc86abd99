// Proofs of the scheduler's parts, each by induction: in every state that can be reached, whatever happens. Together
// they say: what stands at the root is the most urgent ready task that may run, and none that is not ready; no release
// is lost or doubled; no budget is exceeded. Each proof would notice a fault, as the ones planted here.
import { constant, requireProof, type Bits, type Bundle, type Design } from "#hdl-gen";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { refuted, withFault } from "../../../hdl-gen/library/testing.ts";
import { admit } from "../admit.ts";
import { budget } from "../budget.ts";
import { choice } from "../choice.ts";
import { decide } from "../decide.ts";
import { due } from "../due.ts";
import { tree } from "../tree.ts";
import { smallScheduler } from "./small.ts";

const test = suite("proofs: scheduler");

const never = (): Bits => constant(0, 1);

async function notices<B extends Bundle>(
  design: Design<B>, label: string, fault: (value: Bits) => Bits, claim: string, depth = 7,
): Promise<void> {
  const failed = await refuted(withFault(design, label, fault), { depth });
  assert.ok(failed.some((path) => path.endsWith(claim)), `${label}: ${failed.join()}`);
}

// Two levels in block RAM, one in distributed RAM.
const smallTree = tree({ ...smallScheduler, tasks: 16, deadlineBits: 3, horizonBits: 1 });

test("a partition's best is no worse than any of its tasks, and a task with the rank that it has", async () => {
  await requireProof(smallTree, { depth: 5, timeout_s: 240 });
});

test("a tree that prefers the wrong child is found out", async () => {
  await notices(smallTree, "level_4_sibling_leads", (value) => value.not(), "a_node_is_no_worse_than_its_children");
});

test("a tree that forgets a child's time is found out", async () => {
  await notices(smallTree, "level_3_sibling_is_due_first", never, "is_due_no_later_than_its_sibling");
});

const smallChoice = choice({ ...smallScheduler, partitions: 4, deadlineBits: 3, horizonBits: 1 });

test("the root is the first of all partitions that may run", async () => {
  await requireProof(smallChoice, { depth: 6 });
});

test("a choice that overlooks one half of the partitions is found out", async () => {
  await notices(smallChoice, "whole_2_0_second_leads", never, "the_root_is_the_first_of_all_partitions");
});

test("no due time passes unseen, none is due before, and each is looked at once", async () => {
  await requireProof(due(smallScheduler), { depth: 6 });
});

test("a scheduler that overlooks what comes near is found out", async () => {
  await notices(due(smallScheduler), "comes_near", never, "a_visit_comes_before_its_time", 12);
});

test("a scheduler that offers a task a second time is found out", async () => {
  await notices(due(smallScheduler), "asking", (value) => value.not(), "one_look_at_a_time", 8);
});

test("a release makes one job, at once or later", async () => {
  await requireProof(decide(smallScheduler), { depth: 4 });
});

test("a release that is not counted is found out, and one that is counted twice", async () => {
  await notices(decide(smallScheduler), "more", never, "a_release_by_wake_up_is_neither_lost_nor_doubled", 3);
  await notices(decide(smallScheduler), "after_pending", (value) => value.or(1), "what_waits_is_counted", 3);
  await notices(decide(smallScheduler), "after_release", (value) => value.and(-2), "a_periodic_release_makes_one_job", 3);
});

test("what a job has had and what is left of its budget are its grant", async () => {
  await requireProof(budget({ ...smallScheduler, tasks: 4, dueGroups: 2 }), { depth: 8 });
});

test("a budget that forgets the cycles before it was fetched is found out", async () => {
  const faulty = budget({ ...smallScheduler, tasks: 4, dueGroups: 2 });
  await notices(faulty, "debt_then", (value) => value.and(0), "while_it_is_fetched_nothing_is_lost", 10);
});

test("one operation is let in at a time, and none on a task that one is under way for", async () => {
  await requireProof(admit(smallScheduler), { depth: 4 });
});

test("an admission that does not look who is under way is found out", async () => {
  await notices(admit(smallScheduler), "due_busy", never, "keeps_operations_on_a_task_apart", 3);
});

test.run();
