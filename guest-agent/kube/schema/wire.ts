/** One field of a message as it is on the wire. */
export interface WireField {
  readonly number: number;
  /** A number, or the bytes of a string or an inner message. */
  readonly value: bigint | Buffer;
}

const [VARINT, FIXED_64, BYTES, FIXED_32] = [0, 1, 2, 5];

/** Reads the fields of a message in Google's protobuf format. Throws for bytes that are none. */
export function* wireFields(bytes: Buffer): Generator<WireField> {
  let at = 0;
  const varint = (): bigint => {
    let [value, shift] = [0n, 0n];
    for (;;) {
      const byte = bytes[at];
      if (byte === undefined) throw new Error('the message is cut off');
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
      shift += 7n;
    }
  };
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw new Error('the message is cut off');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const number = tag >>> 3;
    const type = tag & 7;
    if (type === VARINT) yield { number, value: varint() };
    else if (type === BYTES) yield { number, value: take(Number(varint())) };
    else if (type === FIXED_64) yield { number, value: take(8) };
    else if (type === FIXED_32) yield { number, value: take(4) };
    else throw new Error(`wire type ${type} is not known`);
  }
}
