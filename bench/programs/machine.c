// An interpreter for a small stack machine: a switch in a loop, and indirect jumps.
#include "benchmark.h"

enum opcode { PUSH, ADD, SUB, MUL, DUP, SWAP, LOAD, STORE, JUMP_IF_NOT, JUMP, LESS, HALT };

// Collatz: for n = 1 … 10, how many steps until 1; cell 0 = n, 1 = value, 2 = steps, 3 = the sum.
static const int16_t code[] = {
  PUSH, 1, STORE, 0,
  /* 4: next n */ LOAD, 0, STORE, 1, PUSH, 0, STORE, 2,
  /* 12: while 1 < value */ PUSH, 1, LOAD, 1, LESS, JUMP_IF_NOT, 68,
  /* 19: halve and keep the rest */ LOAD, 1, STORE, 4, PUSH, 0, STORE, 5,
  /* 27: while 1 < cell 4: subtract 2, count */ PUSH, 1, LOAD, 4, LESS, JUMP_IF_NOT, 50,
  LOAD, 4, PUSH, 2, SUB, STORE, 4, LOAD, 5, PUSH, 1, ADD, STORE, 5, JUMP, 27,
  /* 50: odd? */ LOAD, 4, JUMP_IF_NOT, 80, LOAD, 1, DUP, DUP, ADD, ADD, PUSH, 1, ADD, STORE, 1, JUMP, 84,
  0,
  /* 68: finished this n */ LOAD, 3, PUSH, 31, MUL, LOAD, 2, ADD, STORE, 3, JUMP, 93,
  /* 80: even */ LOAD, 5, STORE, 1,
  /* 84: count the step */ LOAD, 2, PUSH, 1, ADD, STORE, 2, JUMP, 12,
  /* 93: n + 1, until 10 */ LOAD, 0, PUSH, 1, ADD, DUP, STORE, 0, PUSH, 10, SWAP, LESS, JUMP_IF_NOT, 4, HALT,
};

static int32_t cells[8];

static uint32_t run(void) {
  int32_t stack[16], *top = stack;
  const int16_t *at = code;
  uint32_t executed = 0;
  for (;; executed++) {
    switch ((enum opcode)*at++) {
      case PUSH: *top++ = *at++; break;
      case ADD: top--; top[-1] = (int32_t)((uint32_t)top[-1] + (uint32_t)top[0]); break;
      case SUB: top--; top[-1] = (int32_t)((uint32_t)top[-1] - (uint32_t)top[0]); break;
      case MUL: top--; top[-1] = (int32_t)((uint32_t)top[-1] * (uint32_t)top[0]); break;
      case DUP: top[0] = top[-1]; top++; break;
      case SWAP: { const int32_t kept = top[-1]; top[-1] = top[-2]; top[-2] = kept; break; }
      case LOAD: *top++ = cells[*at++]; break;
      case STORE: cells[*at++] = *--top; break;
      case JUMP_IF_NOT: at = *--top != 0 ? at + 1 : &code[*at]; break;
      case JUMP: at = &code[*at]; break;
      case LESS: top--; top[-1] = top[-1] < top[0]; break;
      case HALT: return executed;
    }
  }
}

uint32_t benchmark(void) {
  for (int i = 0; i < 8; i++) cells[i] = 0;
  const uint32_t executed = run();
  return fold(fold(0, executed), (uint32_t)cells[3]);
}
