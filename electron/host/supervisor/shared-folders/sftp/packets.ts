import type { BigIntStats } from 'node:fs';
import { servedMode } from './served-mode.ts';

/**
 * The wire format of SFTP version 3 (draft-ietf-secsh-filexfer-02): packets and strings begin with
 * their length in 32 bits.
 */

export const packetTypes = {
  init: 1,
  version: 2,
  open: 3,
  close: 4,
  read: 5,
  write: 6,
  lstat: 7,
  fstat: 8,
  setstat: 9,
  fsetstat: 10,
  opendir: 11,
  readdir: 12,
  remove: 13,
  mkdir: 14,
  rmdir: 15,
  realpath: 16,
  stat: 17,
  rename: 18,
  readlink: 19,
  symlink: 20,
  status: 101,
  handle: 102,
  data: 103,
  name: 104,
  attrs: 105,
  extended: 200,
} as const;

export const statusCodes = {
  ok: 0,
  endOfFile: 1,
  noSuchFile: 2,
  permissionDenied: 3,
  failure: 4,
  badMessage: 5,
  unsupported: 8,
} as const;

const attributeFlags = { size: 1, owner: 2, permissions: 4, times: 8, extended: 0x80000000 };

/** Attributes that a client sets; absent ones stay unchanged. */
export interface Attributes {
  size?: number;
  permissions?: number;
  /** Seconds. */
  times?: { accessed: number; modified: number };
}

/** The client broke the protocol. */
export class BadPacket extends Error {
  override name = 'BadPacket';
}

/** Reads a packet's fields in order. Throws BadPacket at an incomplete field. */
export class PacketReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  byte(): number {
    return this.#bytes.readUInt8(this.#advance(1));
  }

  uint32(): number {
    return this.#bytes.readUInt32BE(this.#advance(4));
  }

  uint64(): number {
    return Number(this.#bytes.readBigUInt64BE(this.#advance(8)));
  }

  bytes(): Buffer {
    const length = this.uint32();
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  string(): string {
    return this.bytes().toString('utf8');
  }

  attributes(): Attributes {
    const flags = this.uint32();
    const attributes: Attributes = {};
    if (flags & attributeFlags.size) attributes.size = this.uint64();
    // Owners are those of the host: files belong to its user.
    if (flags & attributeFlags.owner) this.uint64();
    if (flags & attributeFlags.permissions) attributes.permissions = this.uint32();
    if (flags & attributeFlags.times) {
      attributes.times = { accessed: this.uint32(), modified: this.uint32() };
    }
    return attributes;
  }

  #advance(length: number): number {
    const start = this.#at;
    this.#at += length;
    if (this.#at > this.#bytes.length) throw new BadPacket('a packet is cut off');
    return start;
  }
}

export const uint32 = (value: number) => {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

const uint64 = (value: bigint) => {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
};

export const string = (value: string | Buffer) => {
  const bytes = Buffer.from(value as string);
  return Buffer.concat([uint32(bytes.length), bytes]);
};

export function attributes(file: BigIntStats, platform: NodeJS.Platform): Buffer {
  const { size, owner, permissions, times } = attributeFlags;
  return Buffer.concat([
    uint32(size | owner | permissions | times),
    uint64(file.size),
    uint32(Number(file.uid)),
    uint32(Number(file.gid)),
    uint32(servedMode(Number(file.mode), platform)),
    uint32(seconds(file.atimeMs)),
    uint32(seconds(file.mtimeMs)),
  ]);
}

/** The format covers 1970 to 2106. */
const seconds = (milliseconds: bigint) =>
  Math.min(Math.max(Number(milliseconds / 1000n), 0), 0xffff_ffff);

/** A whole packet. */
export function packet(type: number, ...fields: Buffer[]): Buffer {
  const length = fields.reduce((sum, field) => sum + field.length, 1);
  return Buffer.concat([uint32(length), Buffer.from([type]), ...fields]);
}
