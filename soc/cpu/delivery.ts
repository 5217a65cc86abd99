// The delivery of exceptions and interrupts, as far as execute has a part in it: what the microcode finds when it begins, and
// what becomes of a fault in its midst.
import { cat, constant, mux, type Bit, type Bits } from "#hdl-gen";
import { isContributory, vector } from "./exceptions.ts";
import type { Execute } from "./execute-registers.ts";
import { protectionKeyBit } from "./stages.ts";

const selectorCode = (selector: Bits<16>): Bits<16> => cat(selector.slice(15, 2), constant(0, 2));

interface Given {
  /** The exception of the step here, if there is one: its vector, what it is, and what the step required. */
  readonly raised: Bits<8>;
  readonly faulting: Bit;
  readonly trapping: Bit;
  readonly requires: Bit;
  readonly requires_gate: Bit;
  readonly page_faults: Bit;
  /** An interrupt, or a trap behind the instruction before, comes instead; it ends HLT, or comes in an instruction's midst. */
  readonly interrupted: Bit;
  readonly wakes: Bit;
  readonly wakes_for_trap: Bit;
  readonly abandons: Bit;
  /** Something is delivered from now on; but the core is parked. */
  readonly delivers: Bit;
  readonly parks: Bit;
  /** The handler is reached, or another far transfer's target. */
  readonly transfers: Bit;
  readonly halts: Bit;
  readonly resume: Bit;
  readonly protected_mode: Bit;
}

export function deliver({ m, io, r, x }: Execute, {
  raised, faulting, trapping, requires, requires_gate, page_faults, interrupted, wakes, wakes_for_trap, abandons, delivers, parks,
  transfers, halts, resume, protected_mode,
}: Given): void {
  // A fault while another exception is delivered is a double fault if the two are of classes that make one; after an
  // interrupt or a benign exception it is delivered in its place (Intel SDM 3, table 6-5). EXT says that no INT n caused
  // it.
  const { contributes, is_page_fault } = m.nets({
    contributes: isContributory(raised),
    is_page_fault: raised.eq(vector.pageFault),
  });
  const { again } = m.nets({
    again: r.delivering.and(r.contributory.and(contributes).or(r.page_fault.and(contributes.or(is_page_fault)))),
  });
  const { gate_code } = m.nets({ gate_code: cat(constant(0, 5), r.vector, constant(2, 3)) });
  const { code } = m.nets({ code: 16 });
  code.value = 0;
  m.when(raised.eq(vector.pageFault), () => {
    code.value = mux(x.refusal.is("page"), io.fetch_fault.error_code, x.page_error_code).zext(16);
  }).elsewhen(x.fault.is("gate").or(x.fault.is("none").and(requires_gate)), () => { code.value = gate_code; })
    .elsewhen(x.fault.is("table").or(x.fault.is("none").and(requires)), () => {
      code.value = selectorCode(io.segment.pending);
    })
    .elsewhen(x.fault.is("task"), () => { code.value = selectorCode(io.segment.selector_of.tss); })
    .elsewhen(x.fault.is("next_stack"), () => { code.value = selectorCode(io.segment.selector_of.next_stack); });
  io.violation.valid.value = page_faults.and(code.bit(protectionKeyBit));
  const { external_code } = m.nets({
    external_code: r.delivering.and(r.software.not(), contributes).zext(16),
  });
  const { here } = m.nets({ here: mux(r.moved, r.moved_eip, x.start.sub(io.segment.code_base)) });
  m.when(delivers.and(parks.not()), () => {
    r.delivering.next = 1;
    r.halted.next = 0;
    m.when(again, () => {
      r.vector.next = vector.doubleFault;
      r.error_code.next = 0;
      r.page_fault.next = 1;
      r.contributory.next = 1;
      r.delivering_double.next = 1;
      r.resumes.next = 1;
      m.when(r.delivering_double, () => {
        r.shut_down.next = 1;
        r.halted.next = 1;
      });
    }).otherwise(() => {
      r.vector.next = mux(wakes.or(abandons), mux(wakes_for_trap, constant(vector.debug, 8), io.interrupt.vector),
        mux(interrupted, r.taken_vector, raised));
      r.error_code.next = code.or(external_code);
      r.contributory.next = interrupted.not().and(faulting, contributes);
      r.page_fault.next = interrupted.not().and(faulting, is_page_fault);
      r.software.next = interrupted.not().and(faulting.not(), trapping, x.system.is("debug_trap").not());
      r.resumes.next = mux(interrupted, resume, faulting.and(raised.ne(vector.debug)));
    });
    m.when(r.delivering.or(r.moved), () => { r.saved_eip.next = mux(r.moved, r.moved_eip, r.faulting_eip); })
      .elsewhen(wakes.not(), () => {
        r.saved_eip.next = mux(interrupted.or(faulting), here, x.next_eip);
      });
    m.when(r.moved.or(r.delivering.not().and(wakes.not())), () => { r.faulting_eip.next = here; });
  }).elsewhen(parks, () => { r.saved_eip.next = here; }).elsewhen(transfers, () => {
    r.delivering.next = 0;
    r.delivering_double.next = 0;
  }).elsewhen(halts, () => {
    // What wakes the core returns behind the HLT.
    r.halted.next = 1;
    r.saved_eip.next = x.next_eip;
    r.faulting_eip.next = x.next_eip;
  });
  // A gate has eight bytes, an entry of real mode's table four.
  const { offset_of_vector } = m.nets({
    offset_of_vector: mux(protected_mode, cat(r.vector, constant(0, 3)), cat(constant(0, 1), r.vector, constant(0, 2))),
  });
  io.vector_offset.value = offset_of_vector.zext(32);
  io.vector_half.value = offset_of_vector.add(mux(protected_mode, constant(4, 11), 2)).zext(32);
  m.when(delivers, () => { r.external.next = again.not().and(interrupted.or(faulting.not().and(trapping))); });
}
