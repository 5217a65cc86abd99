// The host processor's side of the differential test: a 32-bit process that maps the table of cases at the addresses it
// has on the core, runs every case on the processor itself, and hands the table back. The protocol is that of
// images.ts; `--facts` answers what can be done here: "low", map slots below 64 KB; "segments", modify_ldt. With SEGMENTED, cases have local descriptors
// and end by a fault (segmented/); without, they run in the process's own flat segments (native.S).
#define _GNU_SOURCE
#include <asm/ldt.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>

// The C library's headers do not name it (sigaltstack(2)).
#ifndef SS_AUTODISARM
#define SS_AUTODISARM (1U << 31)
#endif

enum { SIGNAL_STACK_BYTES = 65536, TICK_US = 20000, TICKS_MAX = 3 };

extern void run_case(uint32_t slot);
extern void after_fault(void);
extern uint32_t current_slot;
extern uint16_t own_gs;

struct request { uint32_t cycle_limit, interrupt_seed, first, bytes, result_first, result_bytes; };
struct reply { uint32_t halted, cycles, retired, last_eip, marked_cycles, marked_retired; };

static volatile sig_atomic_t case_is_running;
static volatile unsigned ticks;

static uint32_t *output_of(uint32_t slot) { return (uint32_t *)(slot + OUTPUT); }

#ifdef SEGMENTED
static int same_descriptors(const uint32_t *a, const uint32_t *b) {
  return a[0] == b[0] && a[1] == b[1];
}

// Gives the process the case's local descriptors; the kernel takes them apart and puts them together again.
static void prepare_case(uint32_t slot) {
  static uint32_t installed[DESCRIPTOR_COUNT][2];
  static int first = 1;
  const uint32_t(*wanted)[2] = (void *)(slot + DESCRIPTORS);
  for (unsigned i = 0; i < DESCRIPTOR_COUNT; i++) {
    if (!first && same_descriptors(wanted[i], installed[i])) continue;
    const uint32_t low = wanted[i][0], high = wanted[i][1];
    struct user_desc descriptor = {.entry_number = i, .read_exec_only = 1, .seg_not_present = 1};
    if (low != 0 || high != 0)
      descriptor = (struct user_desc){
          .entry_number = i,
          .base_addr = low >> 16 | (high & 0xFF) << 16 | (high & 0xFF000000),
          .limit = (low & 0xFFFF) | (high & 0xF0000),
          .seg_32bit = high >> 22 & 1,
          .contents = high >> 10 & 3,
          .read_exec_only = !(high >> 9 & 1),
          .limit_in_pages = high >> 23 & 1,
          .seg_not_present = !(high >> 15 & 1),
          .useable = high >> 20 & 1,
      };
    if (syscall(SYS_modify_ldt, 0x11, &descriptor, sizeof descriptor) != 0) {
      perror("native: modify_ldt");
      _exit(2);
    }
    memcpy(installed[i], wanted[i], sizeof installed[i]);
  }
  first = 0;
}

static int can_prepare_cases(void) {
  struct user_desc descriptor = {.entry_number = 0, .read_exec_only = 1, .seg_not_present = 1};
  return syscall(SYS_modify_ldt, 0x11, &descriptor, sizeof descriptor) == 0;
}

static void record_segments(const greg_t *regs, uint32_t *output) {
  output[WORD_CS] = (uint16_t)regs[REG_CS];
  output[WORD_SS] = (uint16_t)regs[REG_SS];
  output[WORD_DS] = (uint16_t)regs[REG_DS];
  output[WORD_ES] = (uint16_t)regs[REG_ES];
  output[WORD_FS] = (uint16_t)regs[REG_FS];
  output[WORD_GS] = (uint16_t)regs[REG_GS];
  output[WORD_ERROR] = (uint32_t)regs[REG_ERR];
}
#else
extern char case_ends[];

static void prepare_case(uint32_t slot) { (void)slot; }

static int can_prepare_cases(void) { return 1; }

static void record_segments(const greg_t *regs, uint32_t *output) { (void)regs, (void)output; }
#endif

// Records what the case left and does not return into it. Runs with the case's segment registers: nothing here may
// touch thread-local storage before GS is the process's own again.
static void on_signal(int signal_number, siginfo_t *info, void *context) {
  (void)info;
  // A case may leave alignment checks on (AC).
  asm volatile("pushfl; andl $0xFFFBFFFF, (%%esp); popfl; movw %0, %%gs" ::"m"(own_gs) : "memory", "cc");
  if (signal_number == SIGPROF && (!case_is_running || ++ticks < TICKS_MAX)) return;
  if (!case_is_running) _exit(3);
  const greg_t *regs = ((ucontext_t *)context)->uc_mcontext.gregs;
  static const int order[8] = {REG_EAX, REG_ECX, REG_EDX, REG_EBX, REG_ESP, REG_EBP, REG_ESI, REG_EDI};
  uint32_t *output = output_of(current_slot);
  for (int i = 0; i < 8; i++) output[i] = (uint32_t)regs[order[i]];
  output[WORD_EFLAGS] = (uint32_t)regs[REG_EFL];
  output[WORD_VECTOR] = signal_number == SIGPROF ? VECTOR_RUNAWAY : (uint32_t)regs[REG_TRAPNO];
  output[WORD_EIP] = (uint32_t)regs[REG_EIP];
  record_segments(regs, output);
  output[WORD_PROGRESS] = FINISHED;
  after_fault();
}

// Linux takes a process whose ESP lies in the signal stack to be there already, and would end it if the segment is another
// one. It does not look while the stack is disarmed, which each signal does that is not returned from.
static void arm_signal_stack(void) {
  static uint8_t bytes[SIGNAL_STACK_BYTES];
  const stack_t alternate = {.ss_sp = bytes, .ss_size = sizeof bytes, .ss_flags = (int)SS_AUTODISARM};
  sigaltstack(&alternate, NULL);
}

static void catch_signals(void) {
  struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTART};
  static const int caught[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGPROF};
  for (unsigned i = 0; i < sizeof caught / sizeof *caught; i++) sigaction(caught[i], &action, NULL);
  // Of processor time: on a busy computer a case may wait for long.
  struct itimerval tick = {.it_interval = {.tv_usec = TICK_US}, .it_value = {.tv_usec = TICK_US}};
  setitimer(ITIMER_PROF, &tick, NULL);
}

static int map(uint32_t first, uint32_t end) {
  const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE;
  return mmap((void *)first, end - first, PROT_READ | PROT_WRITE | PROT_EXEC, flags, -1, 0) == (void *)first;
}

static int read_exactly(void *to, size_t bytes) { return fread(to, 1, bytes, stdin) == bytes; }

int main(int argc, char **argv) {
  const int low = map(TABLE_FIRST, TABLE_FIRST_HIGH);
  if (argc > 1 && strcmp(argv[1], "--facts") == 0) {
    printf("%s%s\n", low ? "low " : "", can_prepare_cases() ? "segments" : "");
    return 0;
  }
  if (!map(TABLE_FIRST_HIGH, TABLE_END)) {
    fputs("native: the addresses of the case table are taken in this process\n", stderr);
    return 2;
  }
  catch_signals();
  const uint32_t mapped_first = low ? TABLE_FIRST : TABLE_FIRST_HIGH;
  static uint8_t copy[RAM_BYTES];
  struct request request;
  while (read_exactly(&request, sizeof request)) {
    if (request.first > RAM_BYTES || request.bytes > RAM_BYTES - request.first) return 2;
    if (request.result_first > RAM_BYTES || request.result_bytes > RAM_BYTES - request.result_first) return 2;
    memset(copy, 0, sizeof copy);
    if (!read_exactly(copy + request.first, request.bytes)) return 2;
    memcpy((void *)mapped_first, copy + mapped_first, TABLE_END - mapped_first);
#ifndef SEGMENTED
    *(uint32_t *)CONTROL = (uint32_t)case_ends;
#endif
    for (uint32_t slot = mapped_first; slot < TABLE_END; slot += SLOT_BYTES) {
      if (*(uint32_t *)(slot + INPUT + 4 * WORD_ENTRY) == 0) continue;
      prepare_case(slot);
      arm_signal_stack();
      ticks = 0;
      case_is_running = 1;
      run_case(slot);
      case_is_running = 0;
    }
    memcpy(copy + mapped_first, (void *)mapped_first, TABLE_END - mapped_first);
    const struct reply reply = {.halted = 1};
    fwrite(&reply, sizeof reply, 1, stdout);
    fwrite(copy + request.result_first, 1, request.result_bytes, stdout);
    fflush(stdout);
  }
  return 0;
}
