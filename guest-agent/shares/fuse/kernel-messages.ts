import { HEADER_BYTES } from '../../contract/fuse/frames.ts';
import { MOST_DATA } from '../../contract/fuse/messages.ts';

/* What the kernel and a FUSE client say to each other over /dev/fuse (linux/fuse.h). */

/** `struct fuse_in_header`, without the length. */
export interface KernelRequest {
  readonly opcode: number;
  readonly unique: bigint;
  readonly node: number;
  readonly uid: number;
  readonly gid: number;
  /** The thread that asks. 0 for requests of the kernel's own. */
  readonly thread: number;
  readonly body: Buffer;
}

const IN_HEADER_BYTES = 40;
/** The kernel wants room for the largest write with all its headers. */
export const KERNEL_BUFFER_BYTES = MOST_DATA + 8192;

export function decodeKernelRequest(message: Buffer): KernelRequest {
  return {
    opcode: message.readUInt32LE(4),
    unique: message.readBigUInt64LE(8),
    node: Number(message.readBigUInt64LE(16)),
    uid: message.readUInt32LE(24),
    gid: message.readUInt32LE(28),
    thread: message.readUInt32LE(32),
    body: message.subarray(IN_HEADER_BYTES),
  };
}

/** The text at a place in a request, which ends with a zero byte. */
export function textAt(body: Buffer, offset: number): string {
  const end = body.indexOf(0, offset);
  return body.toString('utf8', offset, end < 0 ? body.length : end);
}

const flags = {
  asyncRead: 1n << 0n,
  bigWrites: 1n << 5n,
  autoInvalData: 1n << 12n,
  doReaddirplus: 1n << 13n,
  noOpenSupport: 1n << 17n,
  parallelDirops: 1n << 18n,
  abortError: 1n << 21n,
  maxPages: 1n << 22n,
  cacheSymlinks: 1n << 23n,
  noOpendirSupport: 1n << 24n,
  initExt: 1n << 30n,
  hasExpireOnly: 1n << 35n,
};
/** Not the kernel's write-back cache: it would hide what the host changes in a file that was written. */
const wanted = Object.values(flags).reduce((all, flag) => all | flag, 0n);

const MAJOR = 7;
const MINOR = 41;
const INIT_OUT_BYTES = 64;
const MOST_BACKGROUND = 64;
const PAGE_BYTES = 4096;

/** The answer to FUSE_INIT. `expires` says whether names can be marked as old. */
export function answerInit({ unique, body }: KernelRequest): {
  readonly reply: Buffer;
  readonly expires: boolean;
} {
  const minor = body.readUInt32LE(4);
  const offered =
    BigInt(body.readUInt32LE(12)) | (body.length >= 20 ? BigInt(body.readUInt32LE(16)) << 32n : 0n);
  const taken = wanted & offered;
  const reply = kernelReply(unique, INIT_OUT_BYTES);
  const out = reply.subarray(HEADER_BYTES);
  out.writeUInt32LE(MAJOR, 0);
  out.writeUInt32LE(Math.min(MINOR, minor), 4);
  out.writeUInt32LE(MOST_DATA, 8);
  out.writeUInt32LE(Number(taken & 0xffff_ffffn), 12);
  out.writeUInt16LE(MOST_BACKGROUND, 16);
  out.writeUInt16LE((MOST_BACKGROUND * 3) / 4, 18);
  out.writeUInt32LE(MOST_DATA, 20);
  out.writeUInt32LE(1, 24);
  out.writeUInt16LE(MOST_DATA / PAGE_BYTES, 28);
  out.writeUInt32LE(Number(taken >> 32n), 32);
  return { reply, expires: (taken & flags.hasExpireOnly) !== 0n };
}

/** A reply with a body of zeroes. `error` is one of Linux's numbers. */
export function kernelReply(unique: bigint, bytes = 0, error = 0): Buffer {
  const reply = Buffer.alloc(HEADER_BYTES + bytes);
  reply.writeUInt32LE(reply.length, 0);
  reply.writeInt32LE(-error, 4);
  reply.writeBigUInt64LE(unique, 8);
  return reply;
}

const INVAL_INODE = 2;
const INVAL_ENTRY = 3;
const EXPIRE_ONLY = 1;

function notification(code: number, bytes: number): Buffer {
  const message = kernelReply(0n, bytes);
  message.writeInt32LE(code, 4);
  return message;
}

/** Tells the kernel to ask for a node's metadata again, and for its content if `contents`. */
export function invalidateNode(node: number, contents: boolean): Buffer {
  const message = notification(INVAL_INODE, 24);
  message.writeBigUInt64LE(BigInt(node), HEADER_BYTES);
  message.writeBigInt64LE(contents ? 0n : -1n, HEADER_BYTES + 8);
  return message;
}

/** Tells the kernel to ask for a name again. With `expires`, watches of the file stay. */
export function invalidateName(folder: number, name: string, expires: boolean): Buffer {
  const bytes = Buffer.byteLength(name);
  const message = notification(INVAL_ENTRY, 16 + bytes + 1);
  message.writeBigUInt64LE(BigInt(folder), HEADER_BYTES);
  message.writeUInt32LE(bytes, HEADER_BYTES + 8);
  message.writeUInt32LE(expires ? EXPIRE_ONLY : 0, HEADER_BYTES + 12);
  message.write(name, HEADER_BYTES + 16);
  return message;
}
