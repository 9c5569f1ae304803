import {
  ATTR_OUT_BYTES,
  attrFields,
  attributeFields,
  ENTRY_OUT_BYTES,
  entryFields,
} from '../../contract/fuse/attributes.ts';
import { linuxError } from '../../contract/fuse/errors.ts';
import { HEADER_BYTES } from '../../contract/fuse/frames.ts';
import { opcodes } from '../../contract/fuse/opcodes.ts';
import { type KernelRequest, kernelReply, textAt } from './kernel-messages.ts';
import type { Node } from './node-table.ts';

/** Operations that are done without the server. */
const done: ReadonlySet<number> = new Set([
  ...[opcodes.release, opcodes.releasedir, opcodes.fsyncdir, opcodes.syncfs],
]);

/** Operations that don't exist: the kernel learns it once, and does without them. */
const absent: ReadonlySet<number> = new Set([
  // Without an open, the kernel reads and writes a file at once, and keeps what it knows of its content.
  ...[opcodes.open, opcodes.opendir],
  // Writes have reached the host when they return, so closing a file has nothing to do.
  opcodes.flush,
]);

const MOST_NAME_BYTES = 255;
/** The seconds for which the kernel keeps what can be asked here without a round trip. */
const LOCAL_SECONDS = 3600n;

/** Answers what needs no server. Undefined if it does. */
export function answerLocally(request: KernelRequest, node: Node): Buffer | undefined {
  const { opcode, unique } = request;
  if (done.has(opcode)) return kernelReply(unique);
  if (absent.has(opcode)) return kernelReply(unique, 0, linuxError('ENOSYS'));
  if (opcode === opcodes.getattr && node.attributes && node.isFresh) {
    return attributesReply(unique, node.attributes, node.trueUntil);
  }
  if (node.isFolder && node.path === undefined) return ofRemovedFolder(request, node);
  if (opcode === opcodes.lookup && node.names) return missingName(request, node, node.names);
  return undefined;
}

/** Programs may still use a folder that was removed. It has no entries, and the server doesn't know it any more. */
function ofRemovedFolder({ opcode, unique }: KernelRequest, node: Node): Buffer | undefined {
  if (opcode === opcodes.readdirplus) return kernelReply(unique);
  if (opcode !== opcodes.getattr || !node.attributes) return undefined;
  const attributes = Buffer.from(node.attributes);
  attributes.writeUInt32LE(0, attributeFields.nlink);
  return attributesReply(unique, attributes, 0);
}

/** A name that doesn't exist, which the kernel may remember. */
function missingName(
  { unique, body }: KernelRequest,
  node: Node,
  names: ReadonlySet<string>,
): Buffer | undefined {
  const name = textAt(body, 0);
  // The server says what is wrong with a name that no file can have.
  if (names.has(name) || body.length > MOST_NAME_BYTES + 1) return undefined;
  node.missing.add(name);
  const reply = kernelReply(unique, ENTRY_OUT_BYTES);
  reply.writeBigUInt64LE(LOCAL_SECONDS, HEADER_BYTES + entryFields.entrySeconds);
  return reply;
}

export function attributesReply(unique: bigint, attributes: Buffer, trueUntil: number): Buffer {
  const reply = kernelReply(unique, ATTR_OUT_BYTES);
  const seconds = Math.max(0, Math.floor((trueUntil - performance.now()) / 1000));
  reply.writeBigUInt64LE(BigInt(seconds), HEADER_BYTES + attrFields.seconds);
  attributes.copy(reply, HEADER_BYTES + attrFields.attributes);
  return reply;
}
