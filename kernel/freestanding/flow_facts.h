/*
 * Flow facts: how often a loop runs, said where the loop is and kept in the ELF file.
 *
 * Every loop of the kernel and the boot ROM is written as
 *
 *   BOUNDED_LOOP(16, for (uint32_t i = 0; i < 16; i++)) {
 *     ...
 *   }
 *
 * The macro puts one marker before the loop (ENTER) and one at the head of its body (ITER) under the same number.
 * Together they state: the body is entered at most 16 times for each time the loop is reached. One marker in the body
 * alone would not do: when the compiler unrolls the loop completely the marker would be left in the loop around it.
 * A marker is a `nop`, which pins it to an instruction, and a record in the section `.wcet`, which is not loaded:
 * { address, kind, loop, bound }, four words. Loop numbers are unique within a source file, so within a function.
 *
 * A loop that is meant to run for ever says so with FOREVER, which leaves a record of its own kind: a loop without any
 * marker is a forgotten bound.
 *
 * The bound counts entries of the body. The loop must be a `for` or a `while`, in braces; `break` and `continue` work.
 */
#ifndef FLOW_FACTS_H
#define FLOW_FACTS_H

#define WCET_KIND_ENTER 1
#define WCET_KIND_ITER 2
#define WCET_KIND_FOREVER 3

#define WCET_RECORD(kind, loop, bound)                                  \
  __asm__ volatile inline(                                              \
      ".Lwcet%=:\n\t"                                                   \
      "nop\n\t"                                                         \
      ".pushsection .wcet,\"o\",@progbits,.Lwcet%=\n\t"                 \
      ".long .Lwcet%=, %c0, %c1, %c2\n\t"                               \
      ".popsection"                                                     \
      :                                                                 \
      : "i"(kind), "i"(loop), "i"(bound))

#define BOUNDED_LOOP(bound, ...) BOUNDED_LOOP_NUMBERED(__COUNTER__, bound, __VA_ARGS__)
#define BOUNDED_LOOP_NUMBERED(loop, bound, ...)                         \
  WCET_RECORD(WCET_KIND_ENTER, loop, 0);                                \
  __VA_ARGS__                                                           \
  if (__extension__({                                                   \
        WCET_RECORD(WCET_KIND_ITER, loop, bound);                       \
        0;                                                              \
      })) {                                                             \
  } else

/* The life of a task, or of a halted machine: outside every operation that has a bound. */
#define FOREVER                                                         \
  for (;;)                                                              \
    if (__extension__({                                                 \
          WCET_RECORD(WCET_KIND_FOREVER, __COUNTER__, 0);               \
          0;                                                            \
        })) {                                                           \
    } else

#endif
