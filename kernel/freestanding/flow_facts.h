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
 *
 * What else the analysis of execution times (wcet/, docs/wcet.md) is told:
 *
 *   LOOP_TOTAL(k)                  in front of a nest of loops, and
 *   LOOP_COUNTED(k, n)             in the innermost body: it is entered at most n times in all, where the product of
 *                                  the loops' bounds says more; k tells several in one file apart
 *   REPEATED_AT_MOST(n)            in front of a string instruction whose count is not a constant
 *   CALL_TARGETS(table, n)         in front of a call through a pointer: one of the n in a constant table
 *   OPERATION(function)            a function that others call has a bound of its own
 *   OPERATION_ENDS                 the operation is over here, though the function goes on (with interrupts on, say)
 *   OPERATION_BEGINS(name)         and here begins another
 *
 * In assembly: `wcet_mark` with one of the kinds, `wcet_operation`, `wcet_stacks_change`, `wcet_context_begins`.
 */
#ifndef FLOW_FACTS_H
#define FLOW_FACTS_H

#define WCET_KIND_ENTER 1
#define WCET_KIND_ITER 2
#define WCET_KIND_FOREVER 3
#define WCET_KIND_OPERATION 4
#define WCET_KIND_REPEAT 5
#define WCET_KIND_TARGETS 6
#define WCET_KIND_SWITCH 7
#define WCET_KIND_RESUME 8
#define WCET_KIND_LEAVE 9

/* How control comes into an operation. */
#define WCET_BY_CALL 0
#define WCET_BY_INTERRUPT 1
#define WCET_BY_EXCEPTION_WITH_CODE 2
#define WCET_BY_SYSENTER 3
#define WCET_BY_SOFTWARE_INTERRUPT 4
#define WCET_BY_CALL_GATE 5
#define WCET_FROM_INSIDE 6

/* A call's number, in EAX at its entry, is in the upper bits beside the way; this one says that there is none. */
#define WCET_NO_NUMBER 0xFFFFFF

#ifdef __ASSEMBLER__

        /* What WCET_RECORD is in C: loop and bound, or a table of targets and their number. */
        .macro wcet_mark kind, loop=0, bound=0
.Lwcet_mark\@:
        nop
        .pushsection .wcet, "o", @progbits, .Lwcet_mark\@
        .long .Lwcet_mark\@, \kind, \loop, \bound
        .popsection
        .endm

        /*
         * The code from here on is an operation. Of system calls `number` says what EAX holds.
         */
        .macro wcet_operation way, name, number=WCET_NO_NUMBER
        .pushsection .wcet_names, "", @progbits
.Lwcet_name\@:
        .asciz "\name"
        .popsection
.Lwcet_operation\@:
        .pushsection .wcet, "o", @progbits, .Lwcet_operation\@
        .long .Lwcet_operation\@, WCET_KIND_OPERATION, \way | \number << 8, .Lwcet_name\@
        .popsection
        .endm

        /* The return that follows is to another stack: to wherever that was left by the same instruction. */
        .macro wcet_stacks_change
.Lwcet_switch\@:
        .pushsection .wcet, "o", @progbits, .Lwcet_switch\@
        .long .Lwcet_switch\@, WCET_KIND_SWITCH, 0, 0
        .popsection
        .endm

        /* Or to here, on a stack that was never left. */
        .macro wcet_context_begins
.Lwcet_resume\@:
        .pushsection .wcet, "o", @progbits, .Lwcet_resume\@
        .long .Lwcet_resume\@, WCET_KIND_RESUME, 0, 0
        .popsection
        .endm

#else

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

/* Loop numbers come from __COUNTER__, from 0; those of totals are far above. */
#define WCET_TOTAL_FIRST 0x10000
#define LOOP_TOTAL(number) WCET_RECORD(WCET_KIND_ENTER, WCET_TOTAL_FIRST + (number), 0)
#define LOOP_COUNTED(number, bound) WCET_RECORD(WCET_KIND_ITER, WCET_TOTAL_FIRST + (number), bound)

#define REPEATED_AT_MOST(bound) WCET_RECORD(WCET_KIND_REPEAT, 0, bound)
#define CALL_TARGETS(table, count) WCET_RECORD(WCET_KIND_TARGETS, table, count)

#define OPERATION(function)                                             \
  __asm__(                                                              \
      ".pushsection .wcet_names,\"\",@progbits\n"                       \
      ".Lwcet_name_" #function ":\n\t"                                  \
      ".asciz \"" #function "\"\n\t"                                   \
      ".popsection\n\t"                                                 \
      ".pushsection .wcet,\"o\",@progbits," #function "\n\t"           \
      ".long " #function ", 4, 0xFFFFFF00, .Lwcet_name_" #function "\n\t" \
      ".popsection")

#define OPERATION_ENDS WCET_RECORD(WCET_KIND_LEAVE, 0, 0)

#define OPERATION_BEGINS(name)                                          \
  __asm__ volatile inline(                                              \
      ".pushsection .wcet_names,\"\",@progbits\n"                       \
      ".Lwcet_name%=:\n\t"                                              \
      ".asciz \"" name "\"\n\t"                                        \
      ".popsection\n\t"                                                 \
      ".Lwcet%=:\n\t"                                                   \
      "nop\n\t"                                                         \
      ".pushsection .wcet,\"o\",@progbits,.Lwcet%=\n\t"                \
      ".long .Lwcet%=, %c0, %c1, .Lwcet_name%=\n\t"                     \
      ".popsection"                                                     \
      :                                                                 \
      : "i"(WCET_KIND_OPERATION), "i"(WCET_FROM_INSIDE | WCET_NO_NUMBER << 8))

#endif
#endif
