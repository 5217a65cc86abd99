#include "model.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "Vsoc.h"
#include "memory-stream.h"
#include "ram.h"
#include "retirement-log.h"
#include "serial-line.h"
#include "verilated.h"
#include "watch.h"
#ifdef SIM_TRACED
#include "verilated_fst_c.h"
#endif

namespace {

constexpr uint32_t RESET_CYCLES = 4;
constexpr uint64_t CYCLE_NS = 40;  // 25 MHz, the time axis of the waves

// Verilator reports a design that stops through global functions without a machine's name, so the machine that is
// running in this thread is noted here.
thread_local std::string *stop_message = nullptr;

void stop(const char *what, const char *file, int line, const char *detail) {
    const std::string message = std::string{what} + " in " + file + ":" + std::to_string(line)
                                + (detail && *detail ? std::string{": "} + detail : "");
    if (stop_message && stop_message->empty()) *stop_message = message;
}

// A PC has ports for the simulator's user, and software can reset it; the other machines' tops have no such outputs.
template <typename Soc, typename = void> constexpr bool has_ports_for_user = false;
template <typename Soc>
constexpr bool has_ports_for_user<Soc, std::void_t<decltype(Soc::event_valid), decltype(Soc::reset_request)>> = true;

template <typename Soc, typename = void> constexpr bool has_lines = false;
template <typename Soc> constexpr bool has_lines<Soc, std::void_t<decltype(Soc::lines)>> = true;

}  // namespace

// Verilator's own versions of these end the process; its library is compiled without them (VL_USER_FINISH and so on).
void vl_finish(const char *file, int line, const char *) { stop("$finish", file, line, nullptr); }
void vl_stop(const char *file, int line, const char *) { stop("$stop or a failed assertion", file, line, nullptr); }
void vl_fatal(const char *file, int line, const char *, const char *text) { stop("fatal error", file, line, text); }

struct sim_snapshot {
    std::vector<uint8_t> model;
    SerialLine line;
    uint64_t cycles;
    uint64_t retired;
    bool halted;
    std::deque<uint16_t> port_writes;
    uint32_t reset_cycles_left;
};

struct sim_watch : Watch {
    using Watch::Watch;
};

struct sim {
    sim(const char *ram_banks, uint32_t clocks_per_bit) :
        context{new VerilatedContext},
        soc{new Vsoc{context.get(), ""}},
        ram{*context, ram_banks},
        line{clocks_per_bit} {
        soc->eval();  // The first one gives the memories what the design says: what is loaded afterwards stays.
    }

    std::unique_ptr<VerilatedContext> context;
    std::unique_ptr<Vsoc> soc;
    Ram ram;
    SerialLine line;
    uint64_t cycles = 0;
    uint64_t retired = 0;
    bool halted = false;
    bool has_breakpoint = false;
    uint32_t breakpoint = 0;
    std::deque<uint16_t> port_writes;
    uint32_t reset_cycles_left = 0;  // of a reset that software has asked for
    RetirementLog retirements;
    std::string message;
#ifdef SIM_TRACED
    std::unique_ptr<VerilatedFstC> trace;
    uint64_t trace_cycle = 0;  // never goes back, as a wave file's time must not
#endif

    // One clock cycle: the rising edge, then the falling one with the inputs for the next.
    void step() {
        soc->clk = 1;
        soc->eval();
        dump(0);
        soc->clk = 0;
        soc->eval();
        dump(CYCLE_NS / 2);
#ifdef SIM_TRACED
        ++trace_cycle;
#endif
    }

    uint32_t run(uint64_t count, uint32_t wanted) {
        if (!message.empty()) return SIM_STOPPED;
        stop_message = &message;
        uint32_t events = 0;
        for (const uint64_t end = cycles + count; cycles != end && events == 0;) {
            step();
            ++cycles;
            retired += soc->retired;
            if (retirements.on && soc->retired) retirements.add(cycles, soc->eip);
            if (line.listen(soc->uart_tx)) events |= SIM_RECEIVED;
            if (!line.sent_all()) {
                soc->uart_rx = line.speak();
                if (line.sent_all()) events |= SIM_SENT;
            }
            if (soc->halted != halted) {
                halted = soc->halted;
                if (halted) events |= SIM_HALTED;
            }
            if (serve_user(*soc)) events |= SIM_PORT_WRITTEN;
            if (has_breakpoint && soc->retired && soc->eip == breakpoint) events |= SIM_BREAKPOINT;
            events &= wanted;
            if (!message.empty()) events |= SIM_STOPPED;
        }
        stop_message = nullptr;
        return events;
    }

    // True if the machine has written to one of the ports for its user in this cycle.
    template <typename Soc> bool serve_user([[maybe_unused]] Soc &top) {
        if constexpr (has_ports_for_user<Soc>) {
            if (top.reset_request) reset_cycles_left = RESET_CYCLES;
            top.rst = reset_cycles_left > 0;
            if (reset_cycles_left > 0) --reset_cycles_left;
            if (!top.event_valid) return false;
            port_writes.push_back(static_cast<uint16_t>(top.event_port << 8 | top.event_data));
            return true;
        }
        return false;
    }

    template <typename Soc> static void set_lines([[maybe_unused]] Soc &top, [[maybe_unused]] uint32_t levels) {
        if constexpr (has_lines<Soc>) top.lines = levels;
    }

    void dump([[maybe_unused]] uint64_t offset_ns) {
#ifdef SIM_TRACED
        if (trace) trace->dump(trace_cycle * CYCLE_NS + offset_ns);
#endif
    }
};

sim *sim_new(const char *ram_banks, uint32_t clocks_per_bit, char *error, uint32_t error_size) {
    try {
        return new sim{ram_banks, clocks_per_bit};
    } catch (const std::exception &problem) {
        std::snprintf(error, error_size, "%s", problem.what());
        return nullptr;
    }
}

void sim_free(sim *machine) {
    sim_trace_close(machine);
    machine->soc->final();
    delete machine;
}

void sim_reset(sim *machine) {
    machine->line = SerialLine{machine->line.bit_clocks};
    machine->message.clear();
    stop_message = &machine->message;
    machine->soc->uart_rx = 1;
    sim::set_lines(*machine->soc, 0);
    machine->soc->rst = 1;
    for (uint32_t cycle = 0; cycle < RESET_CYCLES; ++cycle) machine->step();
    machine->soc->rst = 0;
    stop_message = nullptr;
    machine->cycles = 0;
    machine->retired = 0;
    machine->halted = false;
    machine->port_writes.clear();
    machine->reset_cycles_left = 0;
}

uint32_t sim_run(sim *machine, uint64_t cycles, uint32_t events) { return machine->run(cycles, events); }
uint64_t sim_cycles(const sim *machine) { return machine->cycles; }
uint64_t sim_retired(const sim *machine) { return machine->retired; }
uint32_t sim_eip(const sim *machine) { return machine->soc->eip; }
uint32_t sim_leds(const sim *machine) { return machine->soc->leds; }
void sim_log_retirements(sim *machine, uint32_t on) { machine->retirements.on = on != 0; }
uint32_t sim_retirements(sim *machine, uint32_t *pairs, uint32_t capacity) {
    return machine->retirements.take(pairs, capacity);
}
const char *sim_message(const sim *machine) { return machine->message.c_str(); }

void sim_set_breakpoint(sim *machine, uint32_t eip) {
    machine->has_breakpoint = true;
    machine->breakpoint = eip;
}

void sim_set_lines(sim *machine, uint32_t levels) { sim::set_lines(*machine->soc, levels); }

uint32_t sim_ram_size(const sim *machine) { return machine->ram.size(); }

uint32_t sim_load(sim *machine, uint32_t address, const uint8_t *bytes, uint32_t count) {
    if (!machine->ram.holds(address, count)) return 0;
    for (uint32_t i = 0; i < count; ++i) machine->ram.set_byte(address + i, bytes[i]);
    return 1;
}

uint32_t sim_read(const sim *machine, uint32_t address, uint8_t *bytes, uint32_t count) {
    if (!machine->ram.holds(address, count)) return 0;
    for (uint32_t i = 0; i < count; ++i) bytes[i] = machine->ram.byte(address + i);
    return 1;
}

uint32_t sim_load_banks(sim *machine, const char *banks, uint32_t address, const uint8_t *bytes, uint32_t count) {
    try {
        const Ram memory{*machine->context, banks};
        if (!memory.holds(address, count)) return 0;
        for (uint32_t i = 0; i < count; ++i) memory.set_byte(address + i, bytes[i]);
        return 1;
    } catch (const std::exception &) {
        return 0;
    }
}

sim_watch *sim_watch_new(const sim *machine, const char *names, char *error, uint32_t error_size) {
    try {
        return new sim_watch{*machine->context, names};
    } catch (const std::exception &problem) {
        std::snprintf(error, error_size, "%s", problem.what());
        return nullptr;
    }
}

uint32_t sim_watch_words(const sim_watch *watch) { return watch->words(); }
void sim_watch_read(const sim_watch *watch, uint32_t *words) { watch->read(words); }
void sim_watch_free(sim_watch *watch) { delete watch; }

uint32_t sim_port_writes(sim *machine, uint16_t *writes, uint32_t capacity) {
    const uint32_t count = std::min<size_t>(capacity, machine->port_writes.size());
    std::copy_n(machine->port_writes.begin(), count, writes);
    machine->port_writes.erase(machine->port_writes.begin(), machine->port_writes.begin() + count);
    return count;
}

void sim_send(sim *machine, const uint8_t *bytes, uint32_t count) {
    machine->line.to_send.insert(machine->line.to_send.end(), bytes, bytes + count);
}

uint32_t sim_receive(sim *machine, uint8_t *bytes, uint32_t capacity) {
    auto &received = machine->line.received;
    const uint32_t count = std::min<size_t>(capacity, received.size());
    std::copy_n(received.begin(), count, bytes);
    received.erase(received.begin(), received.begin() + count);
    return count;
}

uint32_t sim_send_pending(const sim *machine) { return machine->line.sent_all() ? 0 : machine->line.to_send.size() + 1; }
void sim_set_bit_time(sim *machine, uint32_t clocks_per_bit) { machine->line.bit_clocks = clocks_per_bit; }
void sim_set_send_gap(sim *machine, uint32_t idle_bits) { machine->line.send_gap_bits = idle_bits; }
uint32_t sim_framing_errors(const sim *machine) { return machine->line.framing_errors; }

sim_snapshot *sim_save(sim *machine) {
    auto *const snapshot =
        new sim_snapshot{{}, machine->line, machine->cycles, machine->retired, machine->halted,
                         machine->port_writes, machine->reset_cycles_left};
    MemorySave stream{snapshot->model};
    stream << *machine->soc;
    return snapshot;
}

void sim_restore(sim *machine, const sim_snapshot *snapshot) {
    MemoryRestore stream{snapshot->model};
    stream >> *machine->soc;
    machine->line = snapshot->line;
    machine->cycles = snapshot->cycles;
    machine->retired = snapshot->retired;
    machine->halted = snapshot->halted;
    machine->port_writes = snapshot->port_writes;
    machine->reset_cycles_left = snapshot->reset_cycles_left;
    machine->message.clear();
}

void sim_snapshot_free(sim_snapshot *snapshot) { delete snapshot; }

uint32_t sim_trace_open([[maybe_unused]] sim *machine, [[maybe_unused]] const char *path) {
#ifdef SIM_TRACED
    machine->trace.reset(new VerilatedFstC);
    machine->soc->trace(machine->trace.get(), 99);
    machine->trace->open(path);
    if (machine->trace->isOpen()) return 1;
    machine->trace.reset();
#endif
    return 0;
}

void sim_trace_close([[maybe_unused]] sim *machine) {
#ifdef SIM_TRACED
    if (machine->trace) machine->trace->close();
    machine->trace.reset();
#endif
}
