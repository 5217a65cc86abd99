// Random system calls from ring 3 on the machine: right ones, and ones with forged and void capabilities, nonsense for
// numbers and arguments, by SYSENTER and by INT, with any stack pointer; and calls of the fast IPC layer, which is all that
// runs in ring 1, and accesses to the mailbox. Held against the model of capabilities, the table of calls, and the proven
// bounds; and others must not notice.

import { readFileSync } from "node:fs";

import { fromRoot } from "../../commands/paths.ts";
import { readSubject } from "../../commands/wcet.ts";
import { buildMachine } from "../../commands/steps/machine.ts";
import { buildHeaders } from "../../commands/steps/software.ts";
import { regionAt } from "../../commands/steps/system.ts";
import { bootHeader } from "../../kernel/boot-header.ts";
import { capabilityModel, refusal, type CapabilityModel } from "../../kernel/capability-model.ts";
import { refusals, systemCalls, capabilityTypes } from "../../kernel/system-calls.ts";
import { createMachine, type Machine } from "../../sim/machine.ts";
import { seeded } from "../../system/admission/random-sets.ts";
import { buildSystem, type BuiltSystem } from "../../system/build.ts";
import type { Capability } from "../../system/model.ts";
import { runToKernel, variable } from "../../system/observe.ts";
import { rightsWord } from "../../system/rights.ts";
import { boundOf } from "../../wcet/analyse.ts";
import { auditOf, type Audit } from "../../wcet/audit.ts";
import { mailboxOfAttacker, randomAccess, type Access, type MailboxOfAttacker } from "./mailbox-access.ts";
import { laneOfAttacker, randomGateCall, type GateCall, type LaneOfAttacker } from "./gate-call.ts";
import described, { postSlot, spareSlot, spareSlots } from "./system.ts";

/** One call: what EAX and the four words are, and the way into the kernel. */
interface Call {
  readonly call: number;
  readonly slot: number;
  readonly words: readonly [number, number, number, number];
  readonly byInterrupt: boolean;
  /** Absent: as a compiler has them. */
  readonly astray?: { readonly stackPointer: number; readonly place: number };
}

export type Attack = Call | Access | GateCall;

interface Answer {
  /** Undefined: it did not come back. */
  readonly result: number | undefined;
  readonly words: readonly number[];
}

export interface KernelFound {
  readonly cases: number;
  readonly differences: number;
}

interface Options {
  /** Until so many calls were made, or so long. */
  readonly calls?: number;
  readonly seconds?: number;
  readonly seed: number;
  readonly log: (line: string) => void;
}

const attacks_max = 64;
const row_words = 10;
const header_bytes = 32;
/** Enough for all attacks of a batch to end, or to be ended by the warden, every millisecond. */
const batch_cycles_max = 6_000_000;
/** In which the warden sees that the last one does not come back. */
const warden_cycles_max = 100_000;
const steady_period_cycles = 10_000;
const victimsSecret = 0x5ec4e7;
const callerItself = 0xffff;
const slots_max = 2 ** 24;
const shown_max = 10;
/** Then all begins anew, or the attacker would soon have given everything up. */
const batches_max = 3;

const numberOf = (name: string): number => systemCalls.find((call) => call.name === name)?.number ?? -1;
const [COPY, REVOKE, DISCARD, DESCRIBE, CALL] = ["copy", "revoke", "discard", "describe", "call"].map(numberOf);

/** Whose tables the model has, in its order. */
const [ATTACKER, VICTIM] = [0, 1];
const objectNumber = (kind: string): number => capabilityTypes.findIndex((type) => type === kind) + 1;

/** Whether a capability is void they ask first, then whether it is of the kind; the others the other way round. */
const handsOn: ReadonlySet<string> = new Set(["lend", "grant"]);

function modelOf({ system }: BuiltSystem): CapabilityModel {
  return capabilityModel(["attacker", "victim"].map((name) => {
    const task = system.tasks.find((each) => each.name === name);
    if (task === undefined) throw new Error(`there is no task ${name}`);
    // The kernel's calls do nothing for a direct channel.
    const rightsOf = ({ kind, index, rights }: Capability): number =>
      (kind === "channel" && system.channels[index]?.direct === true ? 0 : rightsWord(rights));
    const given = task.capabilities.map((held) => ({ object: objectNumber(held.kind), index: held.index, rights: rightsOf(held) }));
    return { slots: task.slots, given };
  }));
}

/** What the call must answer, if capabilities alone decide that; the model then is as the kernel is behind it. */
function expected(model: CapabilityModel, attack: Attack, others: Others): number | undefined {
  if ("offset" in attack) return others.mailbox.expected(attack);
  return "row" in attack ? others.lane.expected(attack) : answerOf(model, attack, others.victim);
}

function answerOf(model: CapabilityModel, { call: number, slot, words: [first, second, third] }: Call, victim: number): number | undefined {
  const call = systemCalls[number];
  if (call === undefined) return refusal("BAD_CALL");
  const needed = rightsWord(call.rights);
  if (call.object === "none") return undefined;
  if (call.object !== "any" && !handsOn.has(call.name)) {
    const allowed = model.check(ATTACKER, slot, objectNumber(call.object), needed);
    return allowed < 0 ? allowed : undefined;
  }
  if (number === DISCARD) return model.discard(ATTACKER, slot);
  const held = model.held(ATTACKER, slot);
  if (typeof held === "number") return held;
  if (call.object !== "any" && held.object !== objectNumber(call.object)) return refusal("BAD_TYPE");
  if ((held.rights & needed) !== needed) return refusal("NOT_ALLOWED");
  if (number === REVOKE) return model.revoke(ATTACKER, slot);
  if (number === DESCRIBE) return 0;
  if (first === callerItself) return model.copy(ATTACKER, slot, ATTACKER, second, third);
  const to = model.check(ATTACKER, first, objectNumber("process"), rightsWord(["call"]));
  if (to < 0) return to;
  return to === victim ? model.copy(ATTACKER, slot, VICTIM, second, third) : undefined;
}

/** Of a description: object, index and rights of what a slot holds. */
function describes(model: CapabilityModel, table: number, slot: number, [object, index, rights]: readonly number[]): boolean {
  const held = model.held(table, slot);
  return typeof held === "object" && held.object === object && held.index === index && held.rights === rights;
}

function randomAttack(random: () => number): Attack {
  const below = (count: number): number => Math.floor(random() * count);
  const word = (): number => below(2 ** 32);
  const oneOf = <T>(all: readonly [T, ...T[]]): T => all[below(all.length)] ?? all[0];
  const some = (): number => below(spareSlot + spareSlots);
  const slot = (): number => oneOf([some(), some(), some(), some(), some(), below(64), below(slots_max)]);
  const randomCall = (): Call => callWith(random, { below, word, oneOf, some, slot });
  if (random() < 0.2) return randomAccess(below);
  if (random() < 0.1) return randomGateCall(below);
  const call = randomCall();
  // Those by SYSENTER do not come back, and are expensive.
  const goesAstray = random() < (call.byInterrupt ? 0.3 : 0.03);
  return goesAstray ? { ...call, astray: { stackPointer: word(), place: oneOf(placesAstray) } } : call;
}

/** The kernel's code, its data, memory that there is not, and devices. */
const placesAstray = [0x1014, 0x2000, 0xd000, 0x100_0000, 0xfed0_2000, 0xffff_fff0] as const;

interface Chances {
  readonly below: (count: number) => number;
  readonly word: () => number;
  readonly oneOf: <T>(all: readonly [T, ...T[]]) => T;
  readonly some: () => number;
  readonly slot: () => number;
}

function callWith(random: () => number, { below, word, oneOf, some, slot }: Chances): Call {
  const rights = oneOf([0xffff_ffff, 0xffff_ffff, word()]);
  const byInterrupt = random() < 0.2;
  const to = oneOf([callerItself, 1, slot()]);
  const kind = random();
  if (kind < 0.3) return { call: COPY ?? 0, slot: slot(), words: [to, oneOf([some(), some(), word()]), rights, word()], byInterrupt };
  // Not the region through which it is told what to do.
  if (kind < 0.4) return { call: oneOf([REVOKE ?? 0, DISCARD ?? 0]), slot: oneOf([1 + below(spareSlot - 1 + spareSlots), spareSlot + below(spareSlots)]), words: [word(), word(), word(), word()], byInterrupt };
  if (kind < 0.55) return { call: DESCRIBE ?? 0, slot: slot(), words: [word(), word(), word(), word()], byInterrupt };
  // The victim says what it has in a slot.
  if (kind < 0.65) return { call: CALL ?? 0, slot: 1, words: [below(9), word(), word(), word()], byInterrupt };
  const any = random() < 0.9 ? below(systemCalls.length) : below(256);
  const call = any === DISCARD ? DESCRIBE ?? 0 : any;
  return { call, slot: slot(), words: [oneOf([slot(), word(), below(1000)]), oneOf([slot(), word()]), word(), word()], byInterrupt };
}

interface Others {
  /** Its number. */
  readonly victim: number;
  readonly mailbox: MailboxOfAttacker;
  readonly lane: LaneOfAttacker;
}

interface Battlefield {
  readonly machine: Machine;
  readonly system: BuiltSystem;
  readonly audit: Audit;
  readonly base: number;
}

async function prepared(): Promise<Battlefield> {
  const folder = fromRoot("build", "tests", "attack");
  const system = await buildSystem(described, folder, await buildHeaders());
  const subject = await readSubject({ elf: system.elf, bytes: readFileSync(system.elf) });
  const audit = auditOf(await Promise.all(subject.operations.map(async (operation) => boundOf(operation, subject))));
  const machine = createMachine(await buildMachine({ traced: false }));
  machine.reset();
  machine.load(bootHeader.address, readFileSync(system.image));
  const base = regionAt(system)("attacks_shared");
  runToKernel(machine);
  machine.load(base, Buffer.from(Uint32Array.of(attacks_max).buffer));
  let heard = "";
  while (!heard.endsWith(" cycles\r\n") && machine.cycles < 5e6) {
    machine.run(100_000, ["received"]);
    heard += Buffer.from(machine.receive()).toString("latin1");
  }
  machine.logRetirements(true);
  return { machine, system, audit, base };
}

/** Has the calls made, one after the other. */
function battle({ machine, audit, base }: Battlefield, batch: number, attacks: readonly Attack[]): Answer[] {
  const rows = attacks.flatMap((attack) => {
    if ("offset" in attack) return [attack.stored === undefined ? 2 : 3, 0, attack.offset, attack.stored ?? 0, 0, 0, 0, 0, 0, 0];
    if ("row" in attack) return [6, attack.row, ...attack.words, 0, 0, attack.stackPointer, 0];
    const { byInterrupt, call, slot, words, astray } = attack;
    const way = (byInterrupt ? 1 : 0) + (astray === undefined ? 0 : 4);
    return [way, slot * 256 + call, ...words, 0, 0, astray?.stackPointer ?? 0, astray?.place ?? 0];
  });
  machine.load(base + header_bytes, Buffer.from(Uint32Array.from(rows).buffer));
  machine.load(base, Buffer.from(Uint32Array.of(attacks_max - attacks.length, batch).buffer));
  const word = (index: number): number => Buffer.from(machine.read(base + 4 * index, 4)).readUInt32LE();
  const answered = (index: number): boolean => word(header_bytes / 4 + index * row_words + 6) === 1;
  const end = machine.cycles + batch_cycles_max;
  let tried = Infinity;
  while (machine.cycles < Math.min(end, tried + warden_cycles_max) && machine.stopMessage === "") {
    machine.run(steady_period_cycles);
    machine.retirements((eip, cycle) => audit.completed(eip, cycle));
    if (word(0) < attacks_max) continue;
    if (answered(attacks.length - 1)) break;
    tried = Math.min(tried, machine.cycles);
  }
  return attacks.map((_, index) => {
    const at = header_bytes / 4 + index * row_words;
    const result = answered(index) ? word(at + 7) | 0 : undefined;
    return { result, words: [2, 3, 4, 5].map((offset) => word(at + offset)) };
  });
}

function text(attack: Attack): string {
  if ("offset" in attack) {
    const { offset, stored } = attack;
    return `${stored === undefined ? "a load" : `a store of ${stored.toString(16)}`} at ${offset.toString(16)} of the mailbox`;
  }
  if ("row" in attack) return `the layer's row ${attack.row} with the stack pointer ${attack.stackPointer.toString(16)}`;
  const { call, slot, words, byInterrupt, astray } = attack;
  const where = astray === undefined ? "" : `, astray with the stack pointer ${astray.stackPointer.toString(16)}`;
  return `${systemCalls[call]?.name ?? call} slot ${slot} (${words.map((word) => word.toString(16)).join(", ")})${byInterrupt ? " by INT" : ""}${where}`;
}

/** Random calls until enough were made; tells of what should not be. */
export async function fuzzKernel({ calls = Infinity, seconds = Infinity, seed, log }: Options): Promise<KernelFound> {
  const field = await prepared();
  const { machine, system, audit } = field;
  const begun = machine.save();
  let model = modelOf(system);
  const others: Others = {
    victim: system.system.tasks.find(({ name }) => name === "victim")?.number ?? -1,
    mailbox: mailboxOfAttacker(system.system.channels.findIndex(({ name }) => name === "post")),
    lane: laneOfAttacker(system.system.lanes.find(({ name }) => name === "tube")?.slots ?? 0),
  };
  const random = seeded(seed);
  const refusals_count = Object.keys(refusals).length;
  const until_ms = performance.now() + 1000 * seconds;
  let [cases, decided, came] = [0, 0, 0];
  const wrongs: string[] = [];
  const wrong = (what: string): void => {
    wrongs.push(what);
    if (wrongs.length <= shown_max) log(what);
  };

  const [jobs, since] = [variable(machine, system, "steady", "jobs"), machine.cycles];
  for (let batch = 0; cases < calls && performance.now() < until_ms && wrongs.length === 0; batch++) {
    if (batch % batches_max === 0) {
      begun.restore();
      audit.restart();
      model = modelOf(system);
      others.mailbox.mayReach(true);
      others.lane.begin();
    }
    const attacks = Array.from({ length: attacks_max }, () => randomAttack(random));
    const answers = battle(field, batch, attacks);
    for (const [index, attack] of attacks.entries()) {
      const { result, words } = answers[index] ?? { result: undefined, words: [] };
      const must = expected(model, attack, others);
      cases++;
      if (must !== undefined) decided++;
      if (result !== undefined) came++;
      const comesBack = "offset" in attack || "row" in attack || attack.byInterrupt || attack.astray === undefined;
      if (must !== undefined && comesBack && result !== must) wrong(`${text(attack)} answers ${result}, and must ${must}`);
      if ("row" in attack && !others.lane.hands(words)) wrong(`${text(attack)} hands over ${words.join(", ")}`);
      if ("offset" in attack || "row" in attack) continue;
      if (attack.call === DISCARD && attack.slot === postSlot && must === 0) others.mailbox.mayReach(false);
      if (result !== undefined && result < -refusals_count) wrong(`${text(attack)} answers ${result}, which means nothing`);
      if (attack.call === DESCRIBE && result === 0 && !describes(model, ATTACKER, attack.slot, words)) {
        wrong(`${text(attack)} describes ${words.join(", ")}`);
      }
      const asked = attack.words[0];
      if (attack.call === CALL && attack.slot === 1 && result === 0 && asked < 9) {
        const held = model.held(VICTIM, asked);
        const [told, ...of] = words;
        const right = typeof held === "number" ? (told ?? 0) === held >>> 0 : told === 0 && describes(model, VICTIM, asked, of);
        if (!right) wrong(`the victim's slot ${asked} holds ${words.join(", ")}`);
      }
    }
    for (const violation of audit.violations) {
      wrong(`${violation.name} took ${violation.observed_cycles} cycles, its bound is ${violation.bound_cycles}`);
    }
    const heard = Buffer.from(machine.receive()).toString("latin1");
    if (heard !== "" || machine.stopMessage !== "") wrong(`the machine says ${heard}${machine.stopMessage}`);
    const ran = variable(machine, system, "steady", "jobs") - jobs;
    if (Math.abs(ran - (machine.cycles - since) / steady_period_cycles) > 2) wrong(`the steady task had ${ran} jobs`);
    const beats = variable(machine, system, "warden", "beats_wrong");
    if (beats !== 0) wrong(`${beats} messages of the steady task's were not what they must be`);
    if (Buffer.from(machine.read(regionAt(system)("secret"), 4)).readUInt32LE() !== victimsSecret) wrong("the victim's secret is another");
  }
  begun.free();
  log(`${cases} calls: ${came} came back, of ${decided} the model says how`);
  machine.free();
  return { cases, differences: wrongs.length };
}
