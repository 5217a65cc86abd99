// The machine's RAM as a debugger sees it: consecutive bytes, whatever banks the hardware keeps them in.

#pragma once
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "verilated.h"
#include "verilated_sym_props.h"

class Ram {
public:
    // The banks' hierarchical names, separated by spaces; throws std::runtime_error if one is not in the model.
    Ram(const VerilatedContext &context, const std::string &names) {
        std::istringstream list{names};
        for (std::string name; list >> name;) {
            const size_t dot = name.rfind('.');
            const VerilatedScope *const scope = context.scopeFind(name.substr(0, dot).c_str());
            const VerilatedVar *const array = scope ? scope->varFind(name.substr(dot + 1).c_str()) : nullptr;
            if (!array || array->udims() != 1 || array->vltype() != VLVT_UINT32) {
                throw std::runtime_error{"the model has no array of 32-bit words named " + name};
            }
            m_banks.push_back(static_cast<uint32_t *>(array->datap()));
            m_bank_words = array->unpacked().elements();
        }
        if (m_banks.empty()) throw std::runtime_error{"no RAM bank is named"};
    }

    uint32_t size() const { return static_cast<uint32_t>(m_banks.size() * m_bank_words * 4); }
    bool holds(uint32_t address, uint32_t count) const { return uint64_t{address} + count <= size(); }

    uint8_t byte(uint32_t address) const { return static_cast<uint8_t>(word(address / 4) >> shift(address)); }
    void set_byte(uint32_t address, uint8_t value) const {
        uint32_t &target = word(address / 4);
        target = (target & ~(uint32_t{0xff} << shift(address))) | uint32_t{value} << shift(address);
    }

private:
    static uint32_t shift(uint32_t address) { return address % 4 * 8; }
    uint32_t &word(uint32_t index) const { return m_banks[index % m_banks.size()][index / m_banks.size()]; }

    std::vector<uint32_t *> m_banks;
    uint32_t m_bank_words = 0;
};
