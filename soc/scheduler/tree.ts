// Two tournament trees in one, updated together: which ready task is the most urgent, and which task is due first.
//
// A leaf for each task; a node is the better of its two children, so the root is the best of all. When a task's leaf
// changes, only the nodes on its way to the root do: one comparator per level, and an update walks from level to level
// in fixed time. It meets the sibling of each node on its way in that level's own memory, so the levels work at the
// same time on different updates: one may enter in every cycle.
//
//   cycle   0 enter        1              2        ...        n - t        n - t + 1
//           leaf written   leaf against   node against        due group    levels t to p, in one cycle; then the
//                          its sibling    its sibling         is known     partition's most urgent is known
//
// No update sees a node that an earlier one has not brought up to date: a node is written in the cycle in which it is
// computed, and read a cycle later at the earliest, by the update behind. No memory is ever read and written at one
// address in one cycle, because an update reads the sibling of what it writes. So there is nothing to forward.
//
// The trees end before their roots: the due one at `dueGroups` nodes, which are looked at side by side (due.ts), the
// other at one node for each partition, because which partitions may run changes at once (choice.ts).
import {
  and, array, cat, constant, input, module, mux, or, output, reg, regNoReset, select, type Bit, type Bits, type Builder,
  type Design, type MemoryHandle,
} from "#hdl-gen";
import { widthsOf, type SchedulerConfig } from "./shape.ts";

/** The better of some tasks, by urgency and by time. */
interface Node {
  /** An absent task's is the largest: the highest bit says so. */
  readonly rank: Bits;
  /** Which of the node's tasks that is; none for a leaf. */
  readonly rankPlace: Bits | undefined;
  readonly due: { readonly valid: Bit; readonly time: Bits };
  readonly duePlace: Bits | undefined;
}

/** Urgency below a bit that says: not ready. */
export const rankWidth = (config: SchedulerConfig): number => 1 + widthsOf(config).urgency;

const ports = (config: SchedulerConfig) => {
  const { task, dueGroup, partition, due } = widthsOf(config);
  return {
    enter: {
      valid: input(1, "a task's leaf changes"),
      task: input(task),
      rank: input(rankWidth(config), "the smaller goes first; the highest bit is set while not ready"),
      due: { valid: input(1), time: input(due, "when to look at the task next") },
      looked: input(1, "the update ends a look at a due task"),
    },
    group: {
      valid: output(1, "this group's earliest task is"),
      number: output(dueGroup),
      place: output(task - dueGroup, "the lower bits of its number"),
      due: { valid: output(1), time: output(due) },
      looked: output(1),
    },
    partition: array(config.partitions, {
      rank: output(rankWidth(config), "of the most urgent task"),
      place: output(task - partition, "the lower bits of its number"),
    }),
  };
};

export type TreePorts = ReturnType<typeof ports>;

export function tree(config: SchedulerConfig): Design<TreePorts> {
  const widths = widthsOf(config);
  const doc = "Tournament trees of the ready tasks and of the due ones: one update per cycle.";
  return module("scheduler_tree", doc, ports(config), (m, io) => {
    const levels: Level[] = [];
    let moving: Moving = {
      valid: io.enter.valid, task: io.enter.task, looked: io.enter.looked,
      node: { rank: io.enter.rank, rankPlace: undefined, due: io.enter.due, duePlace: undefined },
    };
    for (let level = widths.task; level > widths.dueGroup; level--) {
      const made = m.scope(`level_${level}`, () => clockedLevel(m, level, widths.task, moving));
      levels.push(made);
      moving = made.parent;
    }

    // The due groups
    io.group.valid.value = moving.valid;
    io.group.number.value = above(moving.task, widths.task - widths.dueGroup);
    if (moving.node.duePlace !== undefined) io.group.place.value = moving.node.duePlace;
    io.group.due.valid.value = moving.node.due.valid;
    io.group.due.time.value = moving.node.due.time;
    io.group.looked.value = moving.looked;

    // From there to the partitions: small memories, all in one cycle
    for (let level = widths.dueGroup; level > widths.partition; level--) {
      const made = m.scope(`level_${level}`, () =>
        quickLevel(m, level, widths.task, moving, level === widths.dueGroup));
      levels.push(made);
      moving = made.parent;
    }
    m.unused(moving.task);
    const partitions = io.partition.map((end, number) => {
      const { best } = m.scope(`partition_${number}`, () => m.regs({
        best: { rank: regNoReset(end.rank.width), place: regNoReset(end.place.width) },
      }));
      const here = moving.valid.and(above(moving.task, widths.task - widths.partition).eq(number));
      m.when(here, () => {
        m.drive(best, { rank: moving.node.rank, place: moving.node.rankPlace ?? constant(0, end.place.width) });
      });
      end.rank.value = best.rank;
      end.place.value = best.place;
      return best;
    });
    claims(m, config, levels, partitions);
  });
}

/** An update on its way up: the node that it has come to. */
interface Moving {
  readonly valid: Bit;
  readonly task: Bits;
  readonly looked: Bit;
  readonly node: Node;
}

/** A level of the tree: the memory of its nodes, and how an update leaves it. */
interface Level {
  readonly nodes: MemoryHandle<number>;
  readonly like: Node;
  /** Its nodes hold times, too. */
  readonly timed: boolean;
  /** Where an update is that has been written here, and not yet above. */
  readonly stage: { readonly valid: Bit; readonly task: Bits; readonly word: Bits; readonly sibling: Bits } | undefined;
  readonly parent: Moving;
}

/** Everything but the lowest bits. */
const above = (task: Bits, bits: number): Bits => task.slice(task.width - 1, bits);

/** Writes the node as it is computed; a cycle later, sets it against its sibling. */
function clockedLevel(m: Builder, level: number, taskBits: number, from: Moving): Level {
  const word = pack(from.node);
  const nodes = m.memory("nodes", { width: word.width, depth: 2 ** level, collisions: "undefined" });
  const { at } = m.nets({ at: above(from.task, taskBits - level) });
  nodes.write({ address: at, data: word, enable: from.valid });
  const { own } = m.regs({
    own: {
      valid: reg(1), task: regNoReset(taskBits), looked: regNoReset(1), word: regNoReset(word.width),
    },
  });
  m.drive(own, { valid: from.valid, task: from.task, looked: from.looked, word });
  const sibling = nodes.readSync("sibling", { address: at.xor(1) });
  const parent = better(m, unpack(own.word, from.node), unpack(sibling, from.node), own.task.bit(taskBits - level));
  return {
    nodes, like: from.node, timed: true, stage: { valid: own.valid, task: own.task, word: own.word, sibling },
    parent: { valid: own.valid, task: own.task, looked: own.looked, node: parent },
  };
}

/**
 * Urgencies only. The lowest such level begins a cycle, and has read its sibling in the one before; the others follow in
 * the same cycle.
 */
function quickLevel(m: Builder, level: number, taskBits: number, from: Moving, first: boolean): Level {
  const word = packRank(from.node);
  const nodes = m.memory("nodes", { width: word.width, depth: 2 ** level });
  const { at } = m.nets({ at: above(from.task, taskBits - level) });
  nodes.write({ address: at, data: word, enable: from.valid });
  const { beside } = m.nets({ beside: nodes.readAsync(at.xor(1)) });
  const { moving, sibling } = first ? later(m, from, beside) : { moving: from, sibling: beside };
  const placeBits = taskBits - level;
  const parent = betterRank(m, moving.node, {
    rank: sibling.slice(sibling.width - 1, placeBits), rankPlace: sibling.slice(placeBits - 1, 0),
  }, moving.task.bit(placeBits));
  return {
    nodes, like: from.node, timed: false,
    stage: first ? { valid: moving.valid, task: moving.task, word: packRank(moving.node), sibling } : undefined,
    parent: { ...moving, node: { ...moving.node, ...parent } },
  };
}

/** The same a cycle later. */
function later(m: Builder, from: Moving, beside: Bits): { readonly moving: Moving; readonly sibling: Bits } {
  const { own } = m.regs({
    own: {
      valid: reg(1), task: regNoReset(from.task.width), rank: regNoReset(from.node.rank.width),
      place: regNoReset(from.node.rankPlace?.width ?? 1), sibling: regNoReset(beside.width),
    },
  });
  m.drive(own, {
    valid: from.valid, task: from.task, rank: from.node.rank, place: from.node.rankPlace ?? constant(0, 1),
    sibling: beside,
  });
  const node = { ...from.node, rank: own.rank, rankPlace: own.place };
  return { moving: { ...from, valid: own.valid, task: own.task, node }, sibling: own.sibling };
}

/** The parent of a node and its sibling; `right` says that the node is the one of the higher task numbers. */
function better(m: Builder, own: Node, sibling: Node, right: Bit): Node {
  const rank = betterRank(m, own, sibling, right);
  const { earlier } = m.nets({ earlier: sibling.due.time.sub(own.due.time) });
  m.unused(earlier);
  const { sibling_is_due_first } = m.nets({
    sibling_is_due_first: sibling.due.valid.and(own.due.valid.not().or(earlier.msb())),
  });
  const { first } = m.nets({
    first: {
      valid: own.due.valid.or(sibling.due.valid),
      time: mux(sibling_is_due_first, sibling.due.time, own.due.time),
      place: placeOf(sibling_is_due_first, right, own.duePlace, sibling.duePlace),
    },
  });
  m.ghost(() => {
    // Times that are half a round apart have no order; the horizon keeps them nearer.
    const { opposite } = m.nets({ opposite: earlier.eq(1n << BigInt(earlier.width - 1)) });
    for (const [name, { due }] of Object.entries({ own, sibling })) {
      const { lead } = m.scope(name, () => m.nets({ lead: due.time.sub(first.time) }));
      m.assert(`is_due_no_later_than_its_${name}`, or(due.valid.not(), opposite, and(first.valid, lead.msb().not())));
    }
  });
  return { ...rank, due: { valid: first.valid, time: first.time }, duePlace: first.place };
}

function betterRank(
  m: Builder, own: Pick<Node, "rank" | "rankPlace">, sibling: Pick<Node, "rank" | "rankPlace">, right: Bit,
): Pick<Node, "rank" | "rankPlace"> {
  // The bit below makes equals differ: the left one is the smaller.
  const width = own.rank.width + 1;
  const { sibling_leads } = m.nets({
    sibling_leads: cat(sibling.rank, constant(0, 1)).as(width).lt(cat(own.rank, right).as(width)),
  });
  const { leader } = m.nets({
    leader: {
      rank: mux(sibling_leads, sibling.rank, own.rank),
      place: placeOf(sibling_leads, right, own.rankPlace, sibling.rankPlace),
    },
  });
  return { rank: leader.rank, rankPlace: leader.place };
}

/** The child's number above the place in the child. */
function placeOf(siblingWins: Bit, right: Bit, own: Bits | undefined, sibling: Bits | undefined): Bits {
  const child = right.xor(siblingWins);
  if (own === undefined || sibling === undefined) return child;
  return cat(child, mux(siblingWins, sibling, own)).as(own.width + 1);
}

function pack({ rank, rankPlace, due, duePlace }: Node): Bits {
  return cat(rank, ...optional(rankPlace), due.valid, due.time, ...optional(duePlace));
}
const packRank = ({ rank, rankPlace }: Node): Bits => cat(rank, ...optional(rankPlace));
const optional = (place: Bits | undefined): readonly Bits[] => (place === undefined ? [] : [place]);

/** A word of a node's memory, of the same form as `like`. */
function unpack(word: Bits, like: Node): Node {
  let top = word.width;
  const next = (width: number): Bits => {
    top -= width;
    return word.slice(top + width - 1, top);
  };
  const rank = next(like.rank.width);
  const rankPlace = like.rankPlace === undefined ? undefined : next(like.rankPlace.width);
  const valid = next(1).as(1);
  const time = next(like.due.time.width);
  const duePlace = like.duePlace === undefined ? undefined : next(like.duePlace.width);
  return { rank, rankPlace, due: { valid, time }, duePlace };
}

/**
 * That the tree does what it says, for any one task: once updates have gone all the way past it, its partition's best
 * is no worse than it is, and if it is the best, then with the rank that it has. So what is not ready is never the best
 * of a partition in which something is. While an update is on its way, this holds for the part that it has done.
 */
function claims(
  m: Builder, config: SchedulerConfig, levels: readonly Level[],
  partitions: readonly { readonly rank: Bits; readonly place: Bits }[],
): void {
  const widths = widthsOf(config);
  const anyone = m.symbolic("anyone", widths.task, "any task");
  m.ghost(() => {
    let sure: Bit = constant(1, 1);
    let leafRank: Bits | undefined;
    levels.forEach((level, index) => {
      const depth = widths.task - index;
      const bits = widths.task - depth;
      m.scope(`claims_${depth}`, () => {
        const { at } = m.nets({ at: above(anyone, bits) });
        const { mine, beside } = m.nets({ mine: level.nodes.readAsync(at), beside: level.nodes.readAsync(at.xor(1)) });
        const next = levels[index + 1];
        const { over } = m.nets({ over: above(anyone, bits + 1) });
        const upper = next?.nodes.readAsync(over);
        const ofPartition = select(over.as(over.width), partitions.map(({ rank }) => rank));
        const placeOfPartition = select(over.as(over.width), partitions.map(({ place }) => place));
        const { parent } = m.nets({ parent: upper ?? cat(ofPartition, placeOfPartition) });
        const rankOf = (word: Bits): Bits => word.slice(word.width - 1, word.width - level.like.rank.width);
        const { rank } = m.nets({ rank: { mine: rankOf(mine), beside: rankOf(beside), parent: rankOf(parent) } });
        leafRank ??= rank.mine;

        // An update that has been written on this level and not above
        const stage = level.stage;
        const { between } = m.nets({
          between: stage === undefined ? constant(0, 1) : stage.valid.and(above(stage.task, bits + 1).eq(over)),
        });
        const { passed } = m.regs({ passed: reg(1, 0, "an update has gone past the node above") });
        const moves = (stage ?? quickStage(levels)).valid;
        const movesHere = stage === undefined ? moves.and(above(quickStage(levels).task, bits + 1).eq(over)) : between;
        m.when(movesHere, () => { passed.next = 1; });
        if (stage !== undefined) {
          const { knows } = m.nets({
            knows: mux(above(stage.task, bits).eq(at),
              and(stage.word.eq(mine), stage.sibling.eq(beside)),
              and(stage.word.eq(beside), stage.sibling.eq(mine))),
          });
          m.assert("an_update_knows_both_children", between.not().or(knows));
        }
        const { right } = m.nets({ right: anyone.bit(bits) });
        const { leads } = m.nets({ leads: mux(right, rank.mine.lt(rank.beside), rank.mine.le(rank.beside)) });
        const placeBits = bits + 1;
        const rankTop = parent.width - level.like.rank.width;
        const { place } = m.nets({ place: parent.slice(rankTop - 1, rankTop - placeBits) });
        const settled = and(passed, between.not());
        m.assert("a_node_is_no_worse_than_its_children", settled.not().or(rank.parent.le(rank.mine)));
        m.assert("a_node_names_its_better_child", settled.not().or(place.bit(bits).eq(mux(leads, right, right.not()))));
        m.assert("a_node_has_its_better_childs_rank",
          settled.not().or(leads.not()).or(rank.parent.eq(rank.mine)));
        if (bits > 0) {
          const { lower } = m.nets({
            lower: { place: place.slice(bits - 1, 0), mine: minePlace(mine, level.like.rank.width, bits) },
          });
          m.assert("a_node_has_its_better_childs_place", settled.not().or(leads.not()).or(lower.place.eq(lower.mine)));
        }
        if (next?.timed === true) {
          const { due } = m.nets({ due: {
            mine: unpack(mine, level.like).due, beside: unpack(beside, level.like).due,
            parent: unpack(parent, next.like).due,
          } });
          const { lead } = m.nets({
            lead: { mine: due.mine.time.sub(due.parent.time), pair: due.mine.time.sub(due.beside.time) },
          });
          m.assert("a_node_is_due_if_a_child_is",
            settled.not().or(due.parent.valid.eq(due.mine.valid.or(due.beside.valid))));
          m.assert("a_node_is_due_no_later_than_its_children", or(
            settled.not(), due.mine.valid.not(), lead.mine.msb().not(),
            due.beside.valid.and(lead.pair.eq(1n << BigInt(lead.pair.width - 1)))));
        }
        sure = sure.and(settled);
        if (index === levels.length - 1 && leafRank !== undefined) {
          const { is_best } = m.nets({ is_best: place.eq(anyone.slice(placeBits - 1, 0)) });
          m.assert("the_best_is_no_worse_than_any_task", sure.not().or(rank.parent.le(leafRank)));
          m.assert("the_best_has_its_tasks_rank", sure.and(is_best).not().or(rank.parent.eq(leafRank)));
          m.cover("a_task_is_the_best", sure.and(is_best));
        }
      });
    });
  });
}

const minePlace = (word: Bits, rankBits: number, bits: number): Bits =>
  word.slice(word.width - rankBits - 1, word.width - rankBits - bits);

function quickStage(levels: readonly Level[]) {
  const stage = levels.findLast((level) => level.stage !== undefined)?.stage;
  if (stage === undefined) throw new Error("a tree without levels");
  return stage;
}
