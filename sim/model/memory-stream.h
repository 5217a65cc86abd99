// Verilator's save and restore streams, to memory instead of a file.

#pragma once
#include <algorithm>
#include <cstring>
#include <vector>

#include "verilated_save.h"

class MemorySave final : public VerilatedSerialize {
public:
    explicit MemorySave(std::vector<uint8_t> &bytes) : m_bytes{bytes} {
        m_isOpen = true;
        header();
    }
    ~MemorySave() override {
        trailer();
        flush();
    }
    void flush() VL_MT_UNSAFE_ONE override {
        m_bytes.insert(m_bytes.end(), m_bufp, m_cp);
        m_cp = m_bufp;
    }

private:
    std::vector<uint8_t> &m_bytes;
};

class MemoryRestore final : public VerilatedDeserialize {
public:
    explicit MemoryRestore(const std::vector<uint8_t> &bytes) : m_bytes{bytes} {
        m_isOpen = true;
        m_endp = m_bufp;
        m_cp = m_bufp;
        header();
    }
    ~MemoryRestore() override { trailer(); }

protected:
    // Keeps what was not read yet at the buffer's start and fills up behind it.
    void fill() override {
        const size_t kept = m_endp - m_cp;
        std::memmove(m_bufp, m_cp, kept);
        const size_t added = std::min(bufferSize() - kept, m_bytes.size() - m_next);
        std::memcpy(m_bufp + kept, m_bytes.data() + m_next, added);
        m_next += added;
        m_cp = m_bufp;
        m_endp = m_bufp + kept + added;
    }

private:
    const std::vector<uint8_t> &m_bytes;
    size_t m_next = 0;
};
