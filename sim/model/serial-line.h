// The far end of the machine's serial line, one step per clock cycle: 8 data bits, no parity, one stop bit.
// A plain value, so that a snapshot copies it whole.

#pragma once
#include <cstdint>
#include <deque>

class SerialLine {
public:
    explicit SerialLine(uint32_t clocks_per_bit) : bit_clocks{clocks_per_bit} {}

    uint32_t bit_clocks;          // clock cycles per bit
    uint32_t send_gap_bits = 0;   // idle bits between two bytes sent
    uint32_t framing_errors = 0;  // stop bits that were not there
    std::deque<uint8_t> received;
    std::deque<uint8_t> to_send;

    // Is nothing queued and nothing on the wire towards the machine?
    bool sent_all() const { return to_send.empty() && send_bits_left == 0; }

    // Takes the level of the machine's transmit pin in this cycle; true if it completes a byte.
    bool listen(bool level) {
        if (listen_bits_left == 0) {
            if (level) return false;
            // A start bit's edge: look at the middle of each bit from here on.
            listen_bits_left = 10;
            listen_clocks_left = bit_clocks / 2;
        }
        if (listen_clocks_left > 0) {
            --listen_clocks_left;
            return false;
        }
        listen_clocks_left = bit_clocks - 1;
        --listen_bits_left;
        if (listen_bits_left == 9) {
            // A glitch, not a start bit, if the line is high again by now.
            if (level) listen_bits_left = 0;
            return false;
        }
        if (listen_bits_left > 0) {
            listen_shift = static_cast<uint8_t>((listen_shift >> 1) | (level ? 0x80 : 0));
            return false;
        }
        if (!level) {
            ++framing_errors;
            return false;
        }
        received.push_back(listen_shift);
        return true;
    }

    // Gives the level of the machine's receive pin for this cycle.
    bool speak() {
        if (send_bits_left == 0) {
            if (to_send.empty()) return true;
            // From the right: start bit, eight data bits, stop bit, and ones for the pause after it.
            send_shift = ~uint64_t{0x1ff} | uint64_t{to_send.front()} << 1;
            to_send.pop_front();
            send_bits_left = 10 + send_gap_bits;
            send_clocks_left = bit_clocks;
        }
        const bool level = send_shift & 1;
        if (--send_clocks_left == 0) {
            send_clocks_left = bit_clocks;
            send_shift = send_shift >> 1 | uint64_t{1} << 63;
            --send_bits_left;
        }
        return level;
    }

private:
    uint32_t listen_bits_left = 0;
    uint32_t listen_clocks_left = 0;
    uint8_t listen_shift = 0;
    uint32_t send_bits_left = 0;
    uint32_t send_clocks_left = 0;
    uint64_t send_shift = 0;
};
