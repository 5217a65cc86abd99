// Which instructions were completed, and when: for whoever measures software. Costs nothing while it is off.

#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

class RetirementLog {
public:
    bool on = false;

    void add(uint64_t cycle, uint32_t eip) {
        entries.push_back(static_cast<uint32_t>(cycle));
        entries.push_back(eip);
    }

    // Pairs of cycle (its lower 32 bits) and instruction pointer, oldest first; they are forgotten then.
    uint32_t take(uint32_t *pairs, uint32_t capacity) {
        const size_t words = std::min<size_t>(entries.size(), size_t{capacity} * 2);
        std::copy_n(entries.begin(), words, pairs);
        entries.erase(entries.begin(), entries.begin() + words);
        return static_cast<uint32_t>(words / 2);
    }

private:
    std::vector<uint32_t> entries;
};
