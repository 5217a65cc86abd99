// Registers and memories of the design that somebody looks at, found once by name and then read all together.

#pragma once
#include <cstdint>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "verilated.h"
#include "verilated_sym_props.h"

class Watch {
public:
    // Hierarchical names, separated by spaces, of what has up to 32 bits; throws std::runtime_error if one is not there.
    Watch(const VerilatedContext &context, const std::string &names) {
        std::istringstream list{names};
        for (std::string name; list >> name;) {
            const size_t dot = name.rfind('.');
            const VerilatedScope *const scope = context.scopeFind(name.substr(0, dot).c_str());
            const VerilatedVar *const found = scope ? scope->varFind(name.substr(dot + 1).c_str()) : nullptr;
            if (!found || found->udims() > 1 || bytes(found->vltype()) == 0) {
                throw std::runtime_error{"the model has no register of up to 32 bits, and no memory of such, named " + name};
            }
            const uint32_t words = found->udims() == 0 ? 1 : found->unpacked().elements();
            m_places.push_back({static_cast<const uint8_t *>(found->datap()), bytes(found->vltype()), words});
            m_words += words;
        }
    }

    uint32_t words() const { return m_words; }

    // A word for each register, and for each of a memory's words, in the order of the names.
    void read(uint32_t *words) const {
        for (const Place &place : m_places) {
            for (uint32_t i = 0; i < place.words; ++i) *words++ = word(place.first + i * place.bytes, place.bytes);
        }
    }

private:
    struct Place {
        const uint8_t *first;
        uint32_t bytes;
        uint32_t words;
    };

    static uint32_t bytes(VerilatedVarType type) {
        switch (type) {
            case VLVT_UINT8: return 1;
            case VLVT_UINT16: return 2;
            case VLVT_UINT32: return 4;
            default: return 0;
        }
    }

    static uint32_t word(const uint8_t *at, uint32_t bytes) {
        if (bytes == 1) return *at;
        if (bytes == 2) return *reinterpret_cast<const uint16_t *>(at);
        return *reinterpret_cast<const uint32_t *>(at);
    }

    std::vector<Place> m_places;
    uint32_t m_words = 0;
};
