// Protocol buffers' wire format, as much of it as writing needs: https://protobuf.dev/programming-guides/encoding/

const wireType = { varint: 0, fixed64: 1, bytes: 2 } as const;

function varint(value: bigint | number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest === 0n ? low : low | 0x80);
  } while (rest !== 0n);
  return Uint8Array.from(bytes);
}

const key = (field: number, type: number): Uint8Array => varint((field << 3) | type);

/** A message, or some of its fields: what follows each other is put together. */
export const message = (...fields: readonly Uint8Array[]): Uint8Array => Buffer.concat(fields);

/** A number, an enumeration's name, or a boolean. */
export const numberField = (field: number, value: bigint | number): Uint8Array =>
  message(key(field, wireType.varint), varint(value));

export function fixed64Field(field: number, value: bigint): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, value));
  return message(key(field, wireType.fixed64), bytes);
}

/** A text, or another message. */
export function bytesField(field: number, value: string | Uint8Array): Uint8Array {
  const bytes = typeof value === "string" ? Buffer.from(value) : value;
  return message(key(field, wireType.bytes), varint(bytes.length), bytes);
}
