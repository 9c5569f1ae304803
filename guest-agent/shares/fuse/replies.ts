import {
  ATTR_OUT_BYTES,
  ATTRIBUTES_BYTES,
  attrFields,
  attributeFields,
  DIRENT_BYTES,
  ENTRY_OUT_BYTES,
  entryFields,
  LISTING_FIELDS,
  listingFlags,
  OPEN_OUT_BYTES,
} from '../../contract/fuse/attributes.ts';
import { HEADER_BYTES } from '../../contract/fuse/frames.ts';
import { opcodes } from '../../contract/fuse/opcodes.ts';
import { kernelReply } from './kernel-messages.ts';
import type { Node, NodeTable } from './node-table.ts';
import type { RemoteRequest } from './remote-requests.ts';

const KEEP_CACHE = 2;
const ENOENT = 2;

/**
 * Turns the server's answer into the reply for the kernel: fills in nodes, and notes what the answer says about
 * them. The answer is used up.
 */
export function replyFrom(nodes: NodeTable, request: RemoteRequest, answer: Buffer): Buffer {
  const error = -answer.readInt32LE(4);
  if (error !== 0) {
    for (const node of request.changing) node.age();
    if (error === ENOENT && request.opcode === opcodes.getattr) request.node.age();
    return answer;
  }
  const fill = replies[request.opcode];
  return fill ? fill(nodes, request, answer) : answer;
}

type Fill = (nodes: NodeTable, request: RemoteRequest, answer: Buffer) => Buffer;

const replies: Readonly<Record<number, Fill>> = {
  [opcodes.lookup]: (nodes, request, answer) => entry(nodes, request, answer),
  [opcodes.mkdir]: (nodes, request, answer) => {
    const reply = created(nodes, request, answer);
    const made = request.node.children.get(request.name ?? '');
    // A new folder is empty, so all its names are known.
    if (made && isReported(answer)) made.names = new Set();
    return reply;
  },
  [opcodes.mknod]: created,
  [opcodes.symlink]: created,
  [opcodes.link]: (nodes, request, answer) => {
    const source = nodes.find(request.secondPath ?? '');
    if (source) nodes.link(request.node, request.name ?? '', source);
    return created(nodes, request, answer);
  },
  [opcodes.create]: (nodes, request, answer) => {
    const reply = kernelReply(answer.readBigUInt64LE(8), ENTRY_OUT_BYTES + OPEN_OUT_BYTES);
    created(nodes, request, answer).copy(reply, HEADER_BYTES, HEADER_BYTES);
    reply.writeUInt32LE(KEEP_CACHE, HEADER_BYTES + ENTRY_OUT_BYTES + 8);
    return reply;
  },
  [opcodes.getattr]: describeNode,
  [opcodes.setattr]: describeNode,
  [opcodes.write]: (_, { node }, answer) => {
    describe(node, answer, HEADER_BYTES + 8);
    return cut(answer, HEADER_BYTES + 8);
  },
  [opcodes.unlink]: removed,
  [opcodes.rmdir]: removed,
  [opcodes.rename2]: (nodes, { node, name = '', second }, answer) => {
    if (second) {
      // What it replaces has one name fewer.
      second.folder.children.get(second.name)?.age();
      node.children.get(name)?.age();
      nodes.move({ folder: node, name }, second);
      describe(second.folder, answer, HEADER_BYTES + ATTR_OUT_BYTES);
      if (second.folder !== node) describe(node, answer, HEADER_BYTES);
    }
    return cut(answer, HEADER_BYTES);
  },
  [opcodes.readdirplus]: listing,
};

function entry(
  nodes: NodeTable,
  { node: folder, name = '' }: RemoteRequest,
  answer: Buffer,
): Buffer {
  enterAt(nodes, folder, name, answer, HEADER_BYTES);
  if (folder.children.has(name)) folder.addName(name);
  return answer;
}

/** Fills in the node of a `fuse_entry_out`. */
function enterAt(nodes: NodeTable, folder: Node, name: string, answer: Buffer, at: number): void {
  const attributes = at + entryFields.attributes;
  // Nothing has no type.
  if (answer.readUInt32LE(attributes + attributeFields.mode) === 0) {
    nodes.remove(folder, name);
    // So that a file which the host makes can be shown.
    if (answer.readBigUInt64LE(at + entryFields.entrySeconds) > 1n) folder.missing.add(name);
    return;
  }
  const node = nodes.enter(
    folder,
    name,
    answer.subarray(attributes, attributes + ATTRIBUTES_BYTES),
  );
  node.lookups += 1;
  const seconds = Number(answer.readBigUInt64LE(at + entryFields.attributeSeconds));
  node.describe(answer, attributes, seconds * 1000);
  folder.missing.delete(name);
  answer.writeBigUInt64LE(BigInt(node.id), at + entryFields.node);
}

function created(nodes: NodeTable, request: RemoteRequest, answer: Buffer): Buffer {
  entry(nodes, request, answer);
  describe(request.node, answer, HEADER_BYTES + ENTRY_OUT_BYTES);
  return cut(answer, HEADER_BYTES + ENTRY_OUT_BYTES);
}

/** Whether the host's changes in the folder of an entry are reported. */
const isReported = (answer: Buffer) =>
  answer.readBigUInt64LE(HEADER_BYTES + entryFields.attributeSeconds) > 1n;

function describeNode(_: NodeTable, { node }: RemoteRequest, answer: Buffer): Buffer {
  describe(node, answer, HEADER_BYTES);
  return answer;
}

/** Notes a `fuse_attr_out`. */
function describe(node: Node, answer: Buffer, at: number): void {
  const seconds = Number(answer.readBigUInt64LE(at + attrFields.seconds));
  node.describe(answer, at + attrFields.attributes, seconds * 1000);
}

function removed(nodes: NodeTable, { node, name = '' }: RemoteRequest, answer: Buffer): Buffer {
  // The file has one name fewer.
  node.children.get(name)?.age();
  nodes.remove(node, name);
  describe(node, answer, HEADER_BYTES);
  return cut(answer, HEADER_BYTES);
}

/** Without what only this side needs. */
function cut(answer: Buffer, end: number): Buffer {
  answer.writeUInt32LE(end, 0);
  return answer.subarray(0, end);
}

function listing(nodes: NodeTable, { node }: RemoteRequest, answer: Buffer): Buffer {
  const flags = answer.readUInt32LE(HEADER_BYTES);
  for (let at = HEADER_BYTES + LISTING_FIELDS; at < answer.length; ) {
    const dirent = at + ENTRY_OUT_BYTES;
    const bytes = answer.readUInt32LE(dirent + 16);
    const start = dirent + DIRENT_BYTES;
    const name = answer.toString('utf8', start, start + bytes);
    node.listing.push(name);
    answer.writeBigUInt64LE(BigInt(node.listing.length), dirent + 8);
    if (name !== '.' && name !== '..') enterAt(nodes, node, name, answer, at);
    at = start + ((bytes + 7) & ~7);
  }
  const wholeAndWatched = listingFlags.isWhole | listingFlags.isWatched;
  if ((flags & wholeAndWatched) === wholeAndWatched && node.isListingSound)
    node.names = new Set(node.listing);
  // The header comes right before the names.
  answer.copy(answer, LISTING_FIELDS, 0, HEADER_BYTES);
  const reply = answer.subarray(LISTING_FIELDS);
  reply.writeUInt32LE(reply.length, 0);
  return reply;
}
