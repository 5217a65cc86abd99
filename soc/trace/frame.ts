// A frame's bytes from its body and back, as wire.ts has them: what the hardware is compared with, and the host's own.
import { frameCrc, frameShape, frameTypes, type FrameType } from "./wire.ts";

export interface Frame {
  readonly type: FrameType;
  /** 6 bits, see wire.ts. */
  readonly number: number;
  readonly content: Uint8Array;
}

const crcTable = Uint16Array.from({ length: 256 }, (_, index) => {
  let rest = index << 8;
  for (let bit = 0; bit < 8; bit++) rest = (rest & 0x8000) === 0 ? rest << 1 : (rest << 1) ^ Number(frameCrc.poly);
  return rest;
});

export function frameCrcOf(bytes: Uint8Array): number {
  let rest = Number(frameCrc.init);
  for (const byte of bytes) rest = ((rest << 8) & 0xffff) ^ (crcTable[(rest >> 8) ^ byte] ?? 0);
  return rest ^ Number(frameCrc.xorout);
}

/** What the hardware's remainder is after any whole frame, the CRC included: an empty body's CRC is 0000h. */
export const frameResidue = frameCrcOf(Uint8Array.of(0, 0)) ^ Number(frameCrc.xorout);

/** Up to 253 bytes, so that there is one byte more and none of them is FFh for its length. */
export function cobsEncode(bytes: Uint8Array): Uint8Array {
  const encoded = new Uint8Array(bytes.length + 1);
  let code = 0;
  bytes.forEach((byte, i) => {
    if (byte === 0) {
      encoded[code] = i + 1 - code;
      code = i + 1;
    } else encoded[i + 1] = byte;
  });
  encoded[code] = encoded.length - code;
  return encoded;
}

/** Undefined if it is no such encoding. */
export function cobsDecode(encoded: Uint8Array): Uint8Array | undefined {
  if (encoded.length === 0 || encoded.includes(0)) return undefined;
  const bytes = encoded.slice(1);
  for (let code = 0; code < encoded.length;) {
    const distance = encoded[code] ?? 0;
    if (code + distance > encoded.length) return undefined;
    code += distance;
    if (code < encoded.length) bytes[code - 1] = 0;
  }
  return bytes;
}

/** All bytes of a frame, borders included. */
export function encodeFrame({ type, number, content }: Frame): Uint8Array {
  if (content.length + 1 > frameShape.body_bytes_max) {
    throw new RangeError(`${content.length} bytes do not fit in a frame`);
  }
  const head = (frameTypes[type] << frameShape.number_bits) | (number % 2 ** frameShape.number_bits);
  const body = Uint8Array.of(head, ...content);
  const crc = frameCrcOf(body);
  return Uint8Array.of(0, ...cobsEncode(Uint8Array.of(...body, crc >> 8, crc & 0xff)), 0);
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an object's own keys
const typeNames = Object.keys(frameTypes) as readonly FrameType[];

/** Between its borders; undefined if it is not a frame, or not a whole one. */
export function decodeFrame(between: Uint8Array): Frame | undefined {
  if (between.length > frameBetween_bytes_max) return undefined;
  const bytes = cobsDecode(between);
  if (bytes === undefined || bytes.length < 1 + frameShape.crc_bytes) return undefined;
  const body = bytes.subarray(0, -frameShape.crc_bytes);
  const [high = 0, low = 0] = bytes.subarray(-frameShape.crc_bytes);
  if (frameCrcOf(body) !== ((high << 8) | low)) return undefined;
  const [head = 0] = body;
  const type = typeNames.find((name) => frameTypes[name] === head >> frameShape.number_bits);
  if (type === undefined) return undefined;
  return { type, number: head % 2 ** frameShape.number_bits, content: body.slice(1) };
}

/** More than this between two borders is no frame. */
export const frameBetween_bytes_max = 1 + frameShape.body_bytes_max + frameShape.crc_bytes;
