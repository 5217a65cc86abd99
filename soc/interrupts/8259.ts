// An 8259A: eight lines, ranked by a priority that may rotate, and a vector for the highest of them.
//
// What differs from the chip: the CPU acknowledges in one cycle instead of two pulses of INTA, so there is no time in
// which a request could go away and leave the vector of line 7 behind; only a slave whose request falls in the cycle
// of the acknowledgement does that. There is no 8085 mode, and no buffered mode.
//
// An edge is remembered while its line stays high. The lines of slaves are levels whatever ICW1 says: a slave that has
// a more urgent request by the cycle after an acknowledgement need not let go of its line in between.
import {
  and, cat, constant, enumeration, input, module, mux, or, output, reg, type Bit, type Bits, type Builder, type Design,
} from "#hdl-gen";
import { byteDevice } from "../bus/ports.ts";
import { flag, part } from "../fields.ts";
import { pic8259 as description } from "./8259-registers.ts";

const ports = {
  bus: byteDevice,
  lines: input(8, "in time with the clock"),
  levels: input(8, "lines that are levels whatever ICW1 says"),
  cpu: {
    request: output(1, "INT"),
    vector: output(8, "of the request"),
    acknowledge: input(1, "the vector is taken in this cycle"),
  },
  slave: {
    chosen: output(1, "the request is a slave's: the vector is for it to give"),
    line: output(3, "which slave's: CAS"),
  },
};

const { ICW1, ICW4, OCW2, OCW3 } = description.registers;
const command = OCW2.fields.COMMAND.values;

/** What a write to offset 1 is: ICW2, 3 or 4 of an initialization, else OCW1. */
const Expected = enumeration("expected", ["ocw1", "icw2", "icw3", "icw4"]);

export function pic8259(role: "master" | "slave"): Design<typeof ports> {
  const hasSlaves = role === "master";
  return module(`pic8259_${role}`, description.doc, ports, (m, io) => {
    const { bus } = io;
    const r = m.regs({
      expected: reg(Expected, "ocw1"),
      icw1: { level: reg(1), single: reg(1), with_icw4: reg(1) },
      base: reg(5, 0, "the vectors' upper bits"),
      slaves: reg(8, 0, "ICW3"),
      icw4: { auto_eoi: reg(1), fully_nested: reg(1) },
      mask: reg(8),
      edges: reg(8, 0, "edges not yet acknowledged"),
      were_high: reg(8, 0, "the lines, a cycle ago"),
      in_service: reg(8),
      lowest: reg(3, 7, "the line of lowest priority; the one after it has the highest"),
      rotates: reg(1, 0, "each automatic end of interrupt makes its line the lowest"),
      special_mask: reg(1),
      reads_in_service: reg(1),
      polls: reg(1, 0, "the next read is a poll"),
    });
    const { at_1, writes, reads } = m.nets({
      at_1: bus.address.bit(0),
      writes: bus.access.and(bus.write),
      reads: bus.access.and(bus.write.not()),
    });
    const { begins, ocw2, ocw3 } = m.nets({
      begins: writes.and(at_1.not(), flag(bus.wdata, ICW1.fields.BEGIN)),
      ocw2: writes.and(at_1.not(), bus.wdata.slice(4, 3).eq(0)),
      ocw3: writes.and(at_1.not(), bus.wdata.slice(4, 3).eq(1)),
    });
    m.unused(bus.address.slice(2, 1));

    // Requests, ranked
    const { slave_lines, level_lines, requests } = m.nets({ slave_lines: 8, level_lines: 8, requests: 8 });
    slave_lines.value = hasSlaves ? mux(r.icw1.single, 0, r.slaves) : 0;
    if (!hasSlaves) m.unused(r.slaves);
    level_lines.value = or(io.levels, slave_lines, r.icw1.level.replicate(8));
    requests.value = io.lines.and(r.edges.or(level_lines));
    const { holding_back } = m.nets({
      holding_back: r.in_service.and(mux(r.special_mask, r.mask, 0).not()),
    });
    const asking = ranked(m, "asking", requests.and(r.mask.not()), r.lowest);
    const serving = ranked(m, "serving", holding_back, r.lowest);
    const { again } = m.nets({
      again: and(r.icw4.fully_nested, asking.rank.eq(serving.rank), slave_lines.and(oneHot(asking.line)).any()),
    });
    const { request } = m.nets({
      request: asking.any.and(or(serving.any.not(), asking.rank.lt(serving.rank), again)),
    });

    // Acknowledgement, by the CPU or by a poll; without a request it is line 7's, which is then not in service
    const { line } = m.nets({ line: mux(request, asking.line, 7) });
    const { taken } = m.nets({
      taken: mux(request.and(io.cpu.acknowledge.or(reads.and(r.polls))), oneHot(asking.line), 0),
    });
    io.cpu.request.value = request;
    io.cpu.vector.value = cat(r.base, line);
    io.slave.chosen.value = request.and(slave_lines.and(oneHot(line)).any());
    io.slave.line.value = line;
    r.were_high.next = io.lines;
    r.edges.next = and(r.edges.or(io.lines.and(r.were_high.not())), io.lines, taken.not());

    // Ends of interrupts and rotation
    const does = part(bus.wdata, OCW2.fields.COMMAND).as(3);
    const named = part(bus.wdata, OCW2.fields.LINE).as(3);
    const { ended } = m.nets({ ended: 8 });
    ended.value = 0;
    m.when(taken.any().and(r.icw4.auto_eoi), () => {
      ended.value = taken;
      m.when(r.rotates, () => { r.lowest.next = line; });
    });
    m.when(ocw2, () => {
      m.match(does, [
        [command.ROTATE_ON_AUTO_EOI_CLEAR, () => { r.rotates.next = 0; }],
        [command.ROTATE_ON_AUTO_EOI_SET, () => { r.rotates.next = 1; }],
        [[command.EOI, command.EOI_ROTATE], () => {
          ended.value = mux(serving.any, oneHot(serving.line), 0);
          m.when(serving.any.and(does.eq(command.EOI_ROTATE)), () => { r.lowest.next = serving.line; });
        }],
        [[command.EOI_OF_LINE, command.EOI_OF_LINE_ROTATE], () => {
          ended.value = oneHot(named);
          m.when(does.eq(command.EOI_OF_LINE_ROTATE), () => { r.lowest.next = named; });
        }],
        [command.SET_LOWEST, () => { r.lowest.next = named; }],
      ], () => {});
    });
    r.in_service.next = r.in_service.or(taken).and(ended.not());

    m.when(ocw3, () => {
      const { READ, POLL, SPECIAL_MASK } = OCW3.fields;
      m.when(part(bus.wdata, READ).bit(1), () => { r.reads_in_service.next = part(bus.wdata, READ).bit(0); });
      const special = part(bus.wdata, SPECIAL_MASK);
      m.when(special.bit(1), () => { r.special_mask.next = special.bit(0); });
      r.polls.next = flag(bus.wdata, POLL);
    });
    m.when(reads, () => { r.polls.next = 0; });

    // Initialization
    m.when(writes.and(at_1), () => {
      m.match(r.expected, [
        ["icw2", () => {
          r.base.next = bus.wdata.slice(7, 3);
          r.expected.next = mux(r.icw1.single.not(), Expected("icw3"), mux(r.icw1.with_icw4, Expected("icw4"), "ocw1"));
        }],
        ["icw3", () => {
          r.slaves.next = bus.wdata;
          r.expected.next = mux(r.icw1.with_icw4, Expected("icw4"), "ocw1");
        }],
        ["icw4", () => {
          r.icw4.auto_eoi.next = flag(bus.wdata, ICW4.fields.AEOI);
          r.icw4.fully_nested.next = flag(bus.wdata, ICW4.fields.SFNM);
          r.expected.next = "ocw1";
        }],
      ], () => { r.mask.next = bus.wdata; });
    });
    m.when(begins, () => {
      m.drive(r.icw1, {
        level: flag(bus.wdata, ICW1.fields.LTIM),
        single: flag(bus.wdata, ICW1.fields.SNGL),
        with_icw4: flag(bus.wdata, ICW1.fields.IC4),
      });
      m.drive(r.icw4, { auto_eoi: 0, fully_nested: 0 });
      r.expected.next = "icw2";
      r.mask.next = 0;
      r.edges.next = 0;
      r.in_service.next = 0;
      r.lowest.next = 7;
      r.rotates.next = 0;
      r.special_mask.next = 0;
      r.reads_in_service.next = 0;
      r.polls.next = 0;
    });

    const status = mux(r.reads_in_service, r.in_service, requests);
    bus.rdata.value = mux(
      r.polls, cat(request, constant(0, 4), mux(request, asking.line, 0)), mux(at_1, r.mask, status),
    );
  });
}

const oneHot = (index: Bits<3>): Bits<8> => constant(1, 8).shl(index);

/** The most urgent of some lines: its number, and how far it is from the highest priority. */
function ranked(m: Builder, name: string, lines: Bits<8>, lowest: Bits<3>): { any: Bit; rank: Bits<3>; line: Bits<3> } {
  return m.scope(name, () => {
    const { of } = m.nets({ of: lines });
    const { doubled } = m.nets({ doubled: cat(of, of).shr(lowest.zext(4).add(1)) });
    const { rank } = m.nets({ rank: 3 });
    rank.value = [6, 5, 4, 3, 2, 1, 0].reduce<Bits<3>>(
      (lower, i) => mux(doubled.bit(i), constant(i, 3), lower), constant(7, 3),
    );
    m.unused(doubled.slice(15, 7));
    return { ...m.nets({ any: of.any(), line: rank.add(lowest).add(1) }), rank };
  });
}
