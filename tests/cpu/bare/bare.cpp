// The CPU alone: its ports on a flat memory, a boot ROM and a console port, without the rest of the machine.
//
//   bare run ROM IMAGE@ADDRESS... [--cycles N] [--retired] [--interrupts SEED [--one-context]] [--bus]
//     [--dump ADDRESS:LENGTH] [--wave FILE.fst]
//   bare serve ROM      one request after the other on standard input (see images.ts)
//
// Memory answers one clock after the address, as the machine's block RAM does; a device access takes two clocks.
// A run ends when the core halts, or at the limit of cycles. With --interrupts the core is also switched to another
// context at random times, which computes something of its own for a while, and back; with --one-context it is not.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "Vcpu.h"
#include "verilated.h"
#ifdef WAVES
#include "verilated_fst_c.h"
#endif

namespace {

// RAM_BYTES and ROM_BYTES come from the memory map (build.ts); RAM begins at 0, the ROM ends at the last address.
constexpr uint32_t ROM_FIRST = 0u - ROM_BYTES;
constexpr uint32_t WORD_ADDRESS_MASK = 0x3FFFFFFF;
constexpr uint32_t UART_DATA = 0x3F8, UART_LINE_STATUS = 0x3FD, LINE_STATUS_IDLE = 0x60;
// A program writes 1 here where the measured part begins and 0 where it ends.
constexpr uint32_t MARK_PORT = 0xF0;
// How often it has been read, this time included.
constexpr uint32_t COUNT_PORT = 0xE0;
// Interrupts come at random times while code from here on runs; what lies below is the harness, which has none.
constexpr uint32_t INTERRUPTED_FIRST = 0x8000, INTERRUPT_VECTOR = 0x20, INTERRUPT_GAP_MAX = 24;

// The other context's code, which is nowhere in memory: inc eax; add ebx, eax; rol esi, 1; mul edx; adc ecx, ebx; jmp there.
constexpr uint32_t OTHER_CODE = 0x80000000;
constexpr uint8_t OTHER_BYTES[] = {0x40, 0x01, 0xC3, 0xD1, 0xC6, 0xF7, 0xE2, 0x11, 0xD9, 0xEB, 0xF5, 0xF4, 0xF4, 0xF4, 0xF4, 0xF4};
constexpr uint32_t SWITCH_GAP_MAX = 128;

struct Segment {
  uint32_t selector, base, limit, usable, readable, writable, expands_down, big, guard;
};
constexpr unsigned SEGMENTS = 8, BANK_ROWS = 4;

// A context as soc/cpu/context.ts has it, with the general registers.
struct Context {
  uint32_t eip, esp, flags, cpl, directory, entry_stack, task_of_386;
  Segment segments[SEGMENTS];
  uint64_t bank[BANK_ROWS];
};

struct Counts {
  uint32_t cycles = 0, retired = 0;
};

class Bench {
 public:
  explicit Bench(const char* rom_path) : ram(RAM_BYTES), rom(ROM_BYTES) {
    memcpy(other_code, OTHER_BYTES, sizeof OTHER_BYTES);
    const std::vector<uint8_t> bytes = file(rom_path);
    if (bytes.size() != ROM_BYTES) fail("a boot ROM of the wrong size: ", rom_path);
    rom = bytes;
  }

  ~Bench() { cpu.final(); }

  static std::vector<uint8_t> file(const char* path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) fail("cannot read ", path);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  [[noreturn]] static void fail(const char* text, const std::string& what) {
    fprintf(stderr, "bare: %s%s\n", text, what.c_str());
    exit(2);
  }

  // Runs from reset; true if the core halted before the limit.
  bool run(uint32_t cycle_limit) {
    total = marked = at_mark = Counts{};
    fetch = data = 0;
    device_waited = false;
    reads_counted = 0;
    random = interrupt_seed;
    switch_random = interrupt_seed;
    other = Context{OTHER_CODE, 0, 0x202, 3, 0, 0, 1, {}, {1, 2, 3, 4}};
    for (Segment& segment : other.segments) segment = {0x1B, 0, ~0u, 1, 1, 1, 0, 1, 3};
    cpu.switch_hold = cpu.switch_exchange = cpu.switch_bank_write = 0;
    elsewhere = false;
    last_eip = 0;
    cpu.rst = 1;
    for (int i = 0; i < 4; i++) clock();
    cpu.rst = 0;
    while (total.cycles < cycle_limit) {
      cpu.now = total.cycles;
      clock();
      total.cycles++;
      if (cpu.probe_retired) {
        total.retired++;
        last_eip = cpu.probe_eip;
        if (log_retired) printf("%8u  %08x\n", total.cycles, last_eip);
      }
      if (cpu.probe_halted) return true;
      if (interrupt_seed != 0) interrupt();
      if (interrupt_seed != 0 && !one_context) switch_contexts();
    }
    return false;
  }

  void wave(const char* path) {
#ifdef WAVES
    Verilated::traceEverOn(true);
    trace = new VerilatedFstC;
    cpu.trace(trace, 99);
    trace->open(path);
#else
    fail("this build has no waves: build it with them, file ", path);
#endif
  }

  void close() {
#ifdef WAVES
    if (trace) trace->close();
#endif
  }

  std::vector<uint8_t> ram;
  Counts total, marked;
  uint32_t last_eip = 0;
  uint32_t interrupt_seed = 0;  // 0: no interrupts
  bool log_retired = false, log_bus = false, one_context = false;

 private:
  uint8_t* word(uint32_t word_address) {
    const uint32_t byte = (word_address & WORD_ADDRESS_MASK) << 2;
    if (byte < RAM_BYTES) return &ram[byte];
    if (byte >= ROM_FIRST) return &rom[byte - ROM_FIRST];
    if (byte >= OTHER_CODE && byte < OTHER_CODE + sizeof other_code) return &other_code[byte - OTHER_CODE];
    return nullptr;
  }

  uint64_t window(uint32_t word_address) {
    uint32_t low = ~0u, high = ~0u;
    if (const uint8_t* at = word(word_address)) memcpy(&low, at, 4);
    if (const uint8_t* at = word(word_address + 1)) memcpy(&high, at, 4);
    return uint64_t{high} << 32 | low;
  }

  void store(uint32_t word_address, uint8_t mask, uint64_t value) {
    for (unsigned i = 0; i < 8; i++) {
      uint8_t* at = word(word_address + i / 4);
      const bool writable = at != nullptr && at >= ram.data() && at < ram.data() + RAM_BYTES;
      if ((mask >> i & 1) && writable) at[i % 4] = uint8_t(value >> (8 * i));
    }
  }

  // A request is held until it is acknowledged (clock() sees that) or the interrupted code is over.
  void interrupt() {
    const bool wanted = last_eip >= INTERRUPTED_FIRST && last_eip < RAM_BYTES && !elsewhere && !cpu.switch_exchange;
    if (!wanted) {
      cpu.interrupt_request = 0;
    } else if (!cpu.interrupt_request && gap == 0) {
      random = random * 1664525 + 1013904223;
      gap = (random >> 16) % INTERRUPT_GAP_MAX;
      cpu.interrupt_request = 1;
      if (log_retired) printf("%8u  request\n", total.cycles);
    } else if (!cpu.interrupt_request) {
      gap--;
    }
    cpu.interrupt_vector = INTERRUPT_VECTOR;
  }

#define EACH_SEGMENT(of) of(0) of(1) of(2) of(3) of(4) of(5) of(6) of(7)
#define EACH_FIELD(of, i) \
  of(i, selector) of(i, base) of(i, limit) of(i, usable) of(i, readable) of(i, writable) of(i, expands_down) of(i, big) of(i, guard)
#define EACH_STATE(of) of(eip) of(esp) of(flags) of(cpl) of(directory) of(entry_stack) of(task_of_386)

  // The core stops, the bank that is not in use is filled, contexts are exchanged, and that bank then holds the old one's.
  void switch_contexts() {
    if (cpu.switch_exchange) {
      cpu.switch_exchange = cpu.switch_hold = 0;
      elsewhere = !elsewhere;
      for (unsigned row = 0; row < BANK_ROWS; row++) {
        cpu.switch_bank_row = row;
        cpu.eval();
        other.bank[row] = cpu.switch_bank_rdata;
      }
      switch_random = switch_random * 1664525 + 1013904223;
      switch_gap = 1 + (switch_random >> 16) % SWITCH_GAP_MAX;
      bank_row = 0;
    } else if (bank_row < BANK_ROWS) {
      cpu.switch_bank_write = 1;
      cpu.switch_bank_row = bank_row;
      cpu.switch_bank_wdata = other.bank[bank_row++];
    } else if (switch_gap > 0) {
      cpu.switch_bank_write = 0;
      if (--switch_gap == 0) cpu.switch_hold = 1;
    } else if (cpu.switch_held) {
      Context leaving;
#define LEAVE(name) leaving.name = cpu.switch_outgoing_##name;
#define LEAVE_FIELD(i, name) leaving.segments[i].name = cpu.switch_outgoing_segments_##i##_##name;
#define LEAVE_SEGMENT(i) EACH_FIELD(LEAVE_FIELD, i)
      EACH_STATE(LEAVE)
      EACH_SEGMENT(LEAVE_SEGMENT)
#define ENTER(name) cpu.switch_incoming_##name = other.name;
#define ENTER_FIELD(i, name) cpu.switch_incoming_segments_##i##_##name = other.segments[i].name;
#define ENTER_SEGMENT(i) EACH_FIELD(ENTER_FIELD, i)
      EACH_STATE(ENTER)
      EACH_SEGMENT(ENTER_SEGMENT)
      cpu.switch_exchange = 1;
      other = leaving;
      if (log_retired) printf("%8u  exchange, to %08x\n", total.cycles, cpu.switch_incoming_eip);
    }
  }

  uint32_t device_read() {
    if (cpu.device_io && cpu.device_address == UART_LINE_STATUS) return LINE_STATUS_IDLE << 8;
    if (cpu.device_io && cpu.device_address == COUNT_PORT) return reads_counted + 1;
    // RAM that the core was built to take for a device.
    uint32_t value = ~0u;
    if (!cpu.device_io && cpu.device_address < RAM_BYTES) memcpy(&value, word(cpu.device_address >> 2), 4);
    return value;
  }

  void device_write() {
    const unsigned lane = cpu.device_address & 3;
    const uint8_t byte = uint8_t(cpu.device_wdata >> (8 * lane));
    if (!cpu.device_io) {
      if (cpu.device_address < RAM_BYTES) store(cpu.device_address >> 2, cpu.device_mask, cpu.device_wdata);
      return;
    }
    if (cpu.device_address == UART_DATA) {
      fputc(byte, stderr);
    } else if (cpu.device_address == MARK_PORT && byte == 1) {
      at_mark = total;
    } else if (cpu.device_address == MARK_PORT) {
      marked.cycles += total.cycles - at_mark.cycles;
      marked.retired += total.retired - at_mark.retired;
    }
  }

  // One clock: what the memories see is what the core's outputs are before the edge, and their answers appear after it.
  void clock() {
    cpu.clk = 0;
    cpu.eval();
    cpu.device_ready = cpu.device_request && device_waited;
    cpu.device_rdata = device_read();
    cpu.eval();
    dump_wave();
    const bool running = !cpu.rst;
    // The memories know nothing of the reset: what is read in its last clock is there in the first after it.
    if (cpu.fetch_enable) fetch = window(cpu.fetch_address);
    if (running && cpu.data_enable) {
      const uint64_t before = window(cpu.data_address);
      const uint64_t value = cpu.data_write ? cpu.data_wdata : before;
      if (log_bus) bus("data", cpu.data_write, cpu.data_address << 2, cpu.data_mask, value);
      if (cpu.data_write) store(cpu.data_address, cpu.data_mask, cpu.data_wdata);
      data = before;
    }
    if (running && cpu.device_request && cpu.device_ready) {
      if (log_bus)
        bus(cpu.device_io ? "port" : "device", cpu.device_write, cpu.device_address, cpu.device_mask,
            cpu.device_write ? cpu.device_wdata : cpu.device_rdata);
      if (cpu.device_write) device_write();
      else if (cpu.device_io && cpu.device_address == COUNT_PORT) reads_counted++;
      device_waited = false;
    } else {
      device_waited = running && cpu.device_request;
    }
    const bool acknowledged = running && cpu.interrupt_acknowledge;
    cpu.clk = 1;
    cpu.eval();
    if (acknowledged) cpu.interrupt_request = 0;
    cpu.fetch_data = fetch;
    cpu.data_rdata = data;
    cpu.eval();
    dump_wave();
  }

  void bus(const char* port, bool write, uint32_t address, unsigned mask, uint64_t value) const {
    printf("%8u  %s %s %08x mask %02x  %016llx\n", total.cycles, port, write ? "write" : "read ", address, mask,
           static_cast<unsigned long long>(value));
  }

  void dump_wave() {
#ifdef WAVES
    if (trace) trace->dump(half_clocks++);
#endif
  }

  Vcpu cpu;
  std::vector<uint8_t> rom;
  uint64_t fetch = 0, data = 0;
  bool device_waited = false;
  uint32_t random = 0, gap = 0, reads_counted = 0;
  Counts at_mark;
  Context other{};
  uint8_t other_code[sizeof OTHER_BYTES];
  bool elsewhere = false;
  uint32_t switch_random = 0, switch_gap = SWITCH_GAP_MAX, bank_row = 0;
#ifdef WAVES
  VerilatedFstC* trace = nullptr;
  uint64_t half_clocks = 0;
#endif
};

uint32_t number(const std::string& text) {
  char* end = nullptr;
  const unsigned long value = strtoul(text.c_str(), &end, 0);
  if (text.empty() || *end != 0) Bench::fail("not a number: ", text);
  return uint32_t(value);
}

// "FRONT<separator>BACK" → the two halves.
std::pair<std::string, std::string> halves(const std::string& text, char separator) {
  const size_t at = text.rfind(separator);
  if (at == std::string::npos) Bench::fail("separator missing in ", text);
  return {text.substr(0, at), text.substr(at + 1)};
}

int run_command(Bench& bench, const std::vector<std::string>& args) {
  uint32_t cycle_limit = 1'000'000, dump_address = 0, dump_length = 0;
  for (size_t i = 0; i < args.size(); i++) {
    const auto value = [&] { return i + 1 < args.size() ? args[++i] : std::string(); };
    if (args[i] == "--cycles") {
      cycle_limit = number(value());
    } else if (args[i] == "--retired") {
      bench.log_retired = true;
    } else if (args[i] == "--interrupts") {
      bench.interrupt_seed = number(value());
    } else if (args[i] == "--one-context") {
      bench.one_context = true;
    } else if (args[i] == "--bus") {
      bench.log_bus = true;
    } else if (args[i] == "--wave") {
      bench.wave(value().c_str());
    } else if (args[i] == "--dump") {
      const auto [address, length] = halves(value(), ':');
      dump_address = number(address);
      dump_length = number(length);
    } else {
      const auto [path, address] = halves(args[i], '@');
      const std::vector<uint8_t> bytes = Bench::file(path.c_str());
      const uint32_t first = number(address);
      if (first + bytes.size() > RAM_BYTES) Bench::fail("does not fit into RAM: ", path);
      memcpy(&bench.ram[first], bytes.data(), bytes.size());
    }
  }
  const bool halted = bench.run(cycle_limit);
  bench.close();
  printf("%s after %u cycles, %u instructions, last at %08x", halted ? "halted" : "STILL RUNNING", bench.total.cycles,
         bench.total.retired, bench.last_eip);
  const Counts& marked = bench.marked;
  if (marked.cycles != 0) printf("; marked: %u cycles, %u instructions", marked.cycles, marked.retired);
  printf("\n");
  for (uint32_t i = 0; i < dump_length && dump_address + i < RAM_BYTES; i++) {
    if (i % 16 == 0) printf("%s%05x ", i == 0 ? "" : "\n", dump_address + i);
    printf(" %02x", bench.ram[dump_address + i]);
  }
  if (dump_length != 0) printf("\n");
  return halted ? 0 : 1;
}

bool read_exactly(void* to, size_t bytes) { return fread(to, 1, bytes, stdin) == bytes; }

int serve(Bench& bench) {
  struct Request { uint32_t cycle_limit, interrupt_seed, first, bytes, result_first, result_bytes; } request;
  while (read_exactly(&request, sizeof request)) {
    const bool fits = request.first <= RAM_BYTES && request.bytes <= RAM_BYTES - request.first &&
                      request.result_first <= RAM_BYTES && request.result_bytes <= RAM_BYTES - request.result_first;
    if (!fits) Bench::fail("a request outside RAM", "");
    std::fill(bench.ram.begin(), bench.ram.end(), 0);
    if (!read_exactly(&bench.ram[request.first], request.bytes)) Bench::fail("a request was cut short", "");
    bench.interrupt_seed = request.interrupt_seed;
    const uint32_t halted = bench.run(request.cycle_limit);
    const uint32_t reply[] = {halted,          bench.total.cycles,  bench.total.retired,
                              bench.last_eip, bench.marked.cycles, bench.marked.retired};
    fwrite(reply, sizeof reply, 1, stdout);
    fwrite(&bench.ram[request.result_first], 1, request.result_bytes, stdout);
    fflush(stdout);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) Bench::fail("usage: bare run|serve ROM ...", "");
  Verilated::randReset(0);
  Bench bench(argv[2]);
  if (strcmp(argv[1], "serve") == 0) return serve(bench);
  if (strcmp(argv[1], "run") == 0) return run_command(bench, {argv + 3, argv + argc});
  Bench::fail("usage: bare run|serve ROM ...", "");
}
