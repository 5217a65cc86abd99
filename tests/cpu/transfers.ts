// Jumps, loops and calls: pieces with a body.
import type { Form } from "./forms.ts";
import { emit } from "./operands.ts";
import { littleEndian } from "./program.ts";
import { ebp, ebx, ecx, edi, edx, eax, esi, type Sequence } from "./sequence.ts";

type MakeBody = () => void;

/** What the largest instruction in a called body (ENTER) may need, beside the return address. */
const callee_stack_bytes = 130;

/** A body must stay within reach of a short jump. */
const body_bytes_max = 60;

export function makeTransfer(sequence: Sequence, form: Form, body: MakeBody): boolean {
  // A 16-bit jump, call or return leaves only 16 bits of EIP.
  if (form.size === 16 && !sequence.low) return false;
  switch (form.row.shape) {
    case "branch":
      return branch(sequence, form, body);
    case "jump":
      return jump(sequence, form);
    case "loop":
      return loop(sequence, form, body);
    default:
      return call(sequence, form, body);
  }
}

/** Pieces, as many as fit, that leave the stack pointer where it was. */
function balanced(sequence: Sequence, pieces: number, body: MakeBody): void {
  const from = sequence.bytes;
  const at = sequence.esp;
  for (let i = 0; i < pieces && sequence.bytes - from < body_bytes_max; i++) body();
  sequence.straight(() => {
    sequence.moveStack(at);
  });
}

function branch(sequence: Sequence, form: Form, body: MakeBody): boolean {
  const { random } = sequence;
  const counts = form.row.name === "jecxz";
  const narrow = counts && random.chance(0.3);
  const target = sequence.label();
  sequence.nested("skip", {
    before: () => {
      if (counts && random.chance(0.5) && sequence.mayChange(ecx))
        sequence.want(ecx, narrow ? (random.word() & 0xffff0000) >>> 0 : 0);
      if (counts) sequence.value(ecx);
      sequence.defineFlags(form.flags.reads);
      emit(sequence, form, { label: target, prefixes: narrow ? [0x67] : [] });
    },
    body: () => {
      balanced(sequence, 1 + random.below(3), body);
    },
    after: () => {
      sequence.addLabel(target);
    },
  });
  return true;
}

const trap = [0x0f, 0x0b];

/** What must never run lies between the jump and its target. */
function jump(sequence: Sequence, form: Form): boolean {
  const { random } = sequence;
  const target = sequence.label();
  let made = true;
  sequence.straight(() => {
    if (form.operands[0]?.kind === "relative") emit(sequence, form, { label: target });
    else made = indirect(sequence, form, target);
    if (!made) return;
    for (let i = random.below(3); i >= 0; i--) sequence.add(trap);
    sequence.addLabel(target);
  });
  return made;
}

/** A jump or call through a register or memory that holds the label's address. */
function indirect(sequence: Sequence, form: Form, label: number): boolean {
  const { random } = sequence;
  if (form.memory) {
    const cell = sequence.target(4);
    const head = [0xc7, 0x05, ...littleEndian(cell, 4)];
    sequence.add([...head, 0, 0, 0, 0], { fixup: { label, at: head.length, bytes: 4, relative: false } });
    emit(sequence, form, { target: cell });
    return true;
  }
  const candidates = [eax, ecx, edx, ebx, ebp, esi, edi].filter((r) => sequence.mayChange(r));
  if (candidates.length === 0) return false;
  const rm = random.pick(candidates);
  sequence.value(rm);
  sequence.add([0xb8 + rm, 0, 0, 0, 0], { fixup: { label, at: 1, bytes: 4, relative: false } });
  sequence.wrote(rm);
  emit(sequence, form, { rm });
  return true;
}

function loop(sequence: Sequence, form: Form, body: MakeBody): boolean {
  const { random } = sequence;
  if (sequence.locked.size > 0) return false;
  const narrow = random.chance(0.2);
  const start = sequence.label();
  const turns = 1 + random.below(4);
  sequence.nested("loop", {
    before: () => {
      sequence.want(ecx, narrow ? ((random.word() & 0xffff0000) | turns) >>> 0 : turns);
      sequence.addLabel(start);
      sequence.locked.add(ecx);
    },
    body: () => {
      balanced(sequence, 1 + random.below(3), body);
    },
    after: () => {
      sequence.defineFlags(form.flags.reads);
      emitLoop(sequence, form, start, narrow);
    },
  });
  return true;
}

function emitLoop(sequence: Sequence, form: Form, start: number, narrow: boolean): void {
  sequence.locked.delete(ecx);
  emit(sequence, form, { label: start, prefixes: narrow ? [0x67] : [] });
}

/** call target; jmp over; target: body; ret; over: — with the form under test as the call or as the return. */
function call(sequence: Sequence, form: Form, body: MakeBody): boolean {
  const { random } = sequence;
  const is_return = form.row.name === "ret";
  const bytes = form.size / 8;
  const sized = form.size === 16 ? [0x66] : [];
  const parameters = is_return && form.operands.length > 0 ? 4 * random.below(4) : 0;
  const target = sequence.label();
  const over = sequence.label();
  const ceiling = sequence.stack_ceiling;
  let made = true;
  sequence.nested("call", {
    before: () => {
      sequence.stackRoom({ push: callee_stack_bytes + parameters });
      sequence.moveStack(sequence.esp - parameters);
      if (is_return) {
        const head = [...sized, 0xe8];
        sequence.add([...head, ...littleEndian(0, bytes)], {
          fixup: { label: target, at: head.length, bytes, relative: true },
        });
      } else if (form.operands[0]?.kind === "relative") {
        emit(sequence, form, { label: target });
      } else {
        made = indirect(sequence, form, target);
      }
      const jump_over = [0xe9, 0, 0, 0, 0];
      sequence.add(jump_over, { fixup: { label: over, at: 1, bytes: 4, relative: true } });
      sequence.addLabel(target);
      sequence.pushed(bytes);
      sequence.depth++;
      sequence.stack_ceiling = sequence.esp;
    },
    body: () => {
      balanced(sequence, random.below(3), body);
    },
    after: () => {
      sequence.depth--;
      sequence.stack_ceiling = ceiling;
      if (is_return) emit(sequence, form, { immediate: parameters });
      else sequence.add([...sized, 0xc3]);
      sequence.pushed(-bytes - parameters);
      sequence.addLabel(over);
    },
  });
  return made;
}
