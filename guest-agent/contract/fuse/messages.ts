import * as z from 'zod';
import { BadFrame, HEADER_BYTES } from './frames.ts';

/*
 * What the guest's FUSE client and the host's file server say to each other, over any stream of bytes.
 *
 * The guest knows the kernel's nodes, and names files by their paths. So the server keeps nothing that its
 * restart would lose. Requests carry FUSE's own structures without what only the kernel understands, and
 * answers are FUSE's own answers, in which the guest fills in the nodes.
 *
 *   request   length 4, opcode 4, unique 8, uid 4, gid 4, flags 4, path 2, second path 2, inode 8, path,
 *             second path, body
 *   answer    length 4, error 4 (negative), unique 8, body
 *
 * A message with unique 0 is a hello or a notice, with JSON as its body.
 */

export const PROTOCOL_VERSION = 1;
/** The most bytes that one read or write moves. */
export const MOST_DATA = 1 << 20;
/** A message with so much data, and two paths. */
export const LARGEST_MESSAGE = MOST_DATA + (1 << 15);

const REQUEST_BYTES = 40;
/** The limit of Linux's paths. */
const MOST_PATH_BYTES = 4096;

/** Kinds of messages with unique 0, in place of an opcode or an error. */
export const noticeKinds = { hello: 1, changes: 2 } as const;

export const requestFlags = {
  /** The guest has sent the request before, over a connection that broke: it may be done already. */
  again: 1,
  /** The file has no name any more, and is known by its inode alone. */
  nameless: 2,
} as const;

export interface FileRequest {
  readonly opcode: number;
  /** Distinguishes the requests of a session. */
  readonly unique: bigint;
  readonly uid: number;
  readonly gid: number;
  readonly flags: number;
  /** The inode that the guest has for `path`. 0 if it has none. */
  readonly ino: bigint;
  /** Relative to the share, with slashes; '' for the share itself. */
  readonly path: string;
  readonly secondPath: string;
  readonly body: Buffer;
}

export function encodeRequest(request: FileRequest): Buffer {
  const path = Buffer.from(request.path);
  const second = Buffer.from(request.secondPath);
  const names = REQUEST_BYTES + path.length + second.length;
  const message = Buffer.allocUnsafe(names + request.body.length);
  message.writeUInt32LE(message.length, 0);
  message.writeUInt32LE(request.opcode, 4);
  message.writeBigUInt64LE(request.unique, 8);
  message.writeUInt32LE(request.uid, 16);
  message.writeUInt32LE(request.gid, 20);
  message.writeUInt32LE(request.flags, 24);
  message.writeUInt16LE(path.length, 28);
  message.writeUInt16LE(second.length, 30);
  message.writeBigUInt64LE(request.ino, 32);
  path.copy(message, REQUEST_BYTES);
  second.copy(message, REQUEST_BYTES + path.length);
  request.body.copy(message, names);
  return message;
}

/** Marks an encoded request as sent before. */
export function markSentBefore(message: Buffer): void {
  message.writeUInt32LE(message.readUInt32LE(24) | requestFlags.again, 24);
}

/** Throws BadFrame. `body` is a part of `message`. */
export function decodeRequest(message: Buffer): FileRequest {
  if (message.length < REQUEST_BYTES) throw new BadFrame('a request without its header');
  const first = REQUEST_BYTES + message.readUInt16LE(28);
  const second = first + message.readUInt16LE(30);
  if (second > message.length) throw new BadFrame('a request without its paths');
  const text = (start: number, end: number) => {
    if (end - start > MOST_PATH_BYTES) throw new BadFrame('a path that is too long');
    return message.toString('utf8', start, end);
  };
  return {
    opcode: message.readUInt32LE(4),
    unique: message.readBigUInt64LE(8),
    uid: message.readUInt32LE(16),
    gid: message.readUInt32LE(20),
    flags: message.readUInt32LE(24),
    ino: message.readBigUInt64LE(32),
    path: text(REQUEST_BYTES, first),
    secondPath: text(first, second),
    body: message.subarray(second),
  };
}

/** An answer with room for `bytes` of body, which the caller fills. */
export function answer(unique: bigint, bytes: number, error = 0): Buffer {
  const message = Buffer.allocUnsafe(HEADER_BYTES + bytes);
  message.fill(0, HEADER_BYTES, Math.min(message.length, HEADER_BYTES + 512));
  message.writeUInt32LE(message.length, 0);
  message.writeInt32LE(-error, 4);
  message.writeBigUInt64LE(unique, 8);
  return message;
}

export const isNotice = (message: Buffer): boolean => message.readBigUInt64LE(8) === 0n;

/** Said by each side first. A session outlives its connections. */
export const helloSchema = z.object({
  version: z.literal(PROTOCOL_VERSION),
  session: z.string().max(100),
});
export type Hello = z.infer<typeof helloSchema>;

const path = z.string().max(MOST_PATH_BYTES);
/** What a changed file is now: `struct fuse_attr` in base64. */
const attributes = z.base64().length(120);

/** A change that the host made, which the guest's kernel and its programs must learn. */
export const changeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('created'), path, attributes, target: path.exactOptional() }),
  z.object({ kind: z.literal('modified'), path, attributes }),
  z.object({ kind: z.literal('attributes'), path, attributes }),
  z.object({ kind: z.literal('removed'), path, isFolder: z.boolean() }),
  z.object({ kind: z.literal('renamed'), path, to: path, attributes }),
  /** Changes were missed: nothing that the guest knows of the folder and all below may be trusted. */
  z.object({ kind: z.literal('unknown'), path }),
]);
export type Change = z.infer<typeof changeSchema>;
export const changesSchema = z.array(changeSchema);

export function encodeNotice(kind: number, body: Hello | readonly Change[]): Buffer {
  const text = Buffer.from(JSON.stringify(body));
  const message = Buffer.alloc(HEADER_BYTES + text.length);
  message.writeUInt32LE(message.length, 0);
  message.writeUInt32LE(kind, 4);
  text.copy(message, HEADER_BYTES);
  return message;
}

/** Throws BadFrame if the message isn't a notice of this kind. */
export function decodeNotice<T>(message: Buffer, kind: number, schema: z.ZodType<T>): T {
  if (!isNotice(message) || message.readUInt32LE(4) !== kind) throw new BadFrame('another message');
  const parsed = schema.safeParse(parseJson(message.toString('utf8', HEADER_BYTES)));
  if (!parsed.success) throw new BadFrame('an invalid notice', { cause: parsed.error });
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BadFrame('a notice that is not JSON', { cause });
  }
}
