// The bytes on the serial line, of which text is the larger part and reads as text in any terminal program. Between the
// text stand frames:
//
//     00  COBS( head  content …  CRC-high CRC-low )  00
//
// COBS (Cheshire and Baker, "Consistent Overhead Byte Stuffing", IEEE/ACM Transactions on Networking 7(2), 1999) leaves
// no zero inside a frame, and the machine sends no zero as text, so that a zero is always the border of a frame. A frame
// has a border of its own on either side: one that is hit by a disturbance damages one frame only.
//
//     head       bits 7:6 the type of frame, bits 5:0 a number: of trace and ident frames together, counting up;
//                of a request, chosen by who asks, and in its answer the same
//     ident      all that a listener must know who has only now begun to listen, and the time in full; sent when tracing
//                begins and at regular intervals
//     trace      low 24 bits of the time of the first record, then records:
//                    head       bits 4:0 kind, 6:5 bytes of the argument: 0, 1, 2 or 4, 7 the delta has two bytes
//                    delta      cycles since the record before, 1 or 2 bytes; the first record of a frame has none
//                    task       1 byte
//                    argument   the bytes that are not 0, as many as the head says
//                An event alone in its frame takes 11 to 15 bytes, delimiters and all, 12 with an argument of a byte;
//                while the line is busy events wait and share a frame, and take 4 to 6.
//     request    to the debug unit; see soc/debug/requests.ts
//     answer     from it
//
// Numbers have their low byte first, the CRC its high byte: then the CRC over a whole frame is a constant.

/** Rocksoft model. CRC-16/GENIBUS in Cook's catalogue; with xorout 0 a border turned into a byte could pass. */
export const frameCrc = {
  width: 16, poly: 0x1021n, init: 0xffffn, refin: false, refout: false, xorout: 0xffffn,
} as const;
/** Of the nine characters "123456789". */
export const frameCrcCheck = 0xd64e;

export const frameTypes = { ident: 0, trace: 1, answer: 2, request: 3 } as const;
export type FrameType = keyof typeof frameTypes;

export const frameShape = {
  /** Bits of the number in the head. */
  number_bits: 6,
  crc_bytes: 2,
  /** Head and content; with CRC and one byte of COBS the hardware counts them in 6 bits. */
  body_bytes_max: 60,
} as const;

/** What an ident frame says, in order, and in how many bytes. */
export const identFields = [
  ["version", 1],
  ["time", 8],
  ["clock_hz", 4],
  ["lost", 4],
] as const;
export const identVersion = 1;

export const traceShape = {
  /** Bits of the time that a trace frame has. */
  time_bits: 24,
  delta_bits_max: 16,
  /** By the code in bits 6:5 of a record's head. */
  argument_bytes: [0, 1, 2, 4],
  record_bytes_max: 8,
  /** Events share a frame up to this size: more in a frame would cost more records for each error on the line. */
  body_bytes_max: 32,
  /** Cycles between two ident frames; less than half of what the time in a trace frame can tell. */
  sync_cycles: 2 ** 20,
} as const;
