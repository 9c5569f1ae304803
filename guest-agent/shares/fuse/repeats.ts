import {
  ATTRIBUTES_BYTES,
  attributeFields,
  ENTRY_OUT_BYTES,
  entryFields,
  fileTypes,
  OPEN_OUT_BYTES,
} from '../../contract/fuse/attributes.ts';
import { linuxError } from '../../contract/fuse/errors.ts';
import { HEADER_BYTES } from '../../contract/fuse/frames.ts';
import type { Change } from '../../contract/fuse/messages.ts';
import { opcodes } from '../../contract/fuse/opcodes.ts';
import { type KernelRequest, kernelReply, textAt } from './kernel-messages.ts';
import { attributesReply } from './local-answers.ts';
import type { Node, NodePlace, NodeTable } from './node-table.ts';

/** A change of the host that is done once more on the mount, so that the kernel tells programs about it. */
export interface Repeat {
  /** Tells it from others, and grows. */
  readonly order: number;
  readonly change: Exclude<Change, { kind: 'unknown' }>;
  /** The name at which it happens. */
  readonly at: NodePlace;
  /** The new name of what was renamed. */
  readonly to: NodePlace | undefined;
  /** The file. Undefined if the kernel didn't know it. */
  readonly node: Node | undefined;
}

/** The kernel asks again soon, since more may have happened since. */
const SOON_SECONDS = 1n;

/** Where the name is in requests that have fields before it. */
const namesAt: Readonly<Record<number, number>> = {
  [opcodes.create]: 16,
  [opcodes.mkdir]: 8,
  [opcodes.rename]: 8,
  [opcodes.rename2]: 16,
};
/** Operations after which the kernel believes in the change. */
const steps: ReadonlySet<number> = new Set([
  ...[opcodes.create, opcodes.mkdir, opcodes.symlink, opcodes.unlink, opcodes.rmdir],
  ...[opcodes.rename, opcodes.rename2],
]);

/**
 * Programs in the guest may have made something else at the name since. The kernel must not take that for what the
 * host removed or moved.
 */
function stillApplies({ change, at, to, node, order }: Repeat): boolean {
  const isFree = ({ folder, name }: NodePlace) => {
    const child = folder.children.get(name);
    // Later changes of the host have their turn later.
    return child === undefined || (child.madeBy > order && child.lookups === 0);
  };
  const isTheFile = (place: NodePlace) =>
    place.folder.children.get(place.name) === node || isFree(place);
  if (change.kind === 'created') return isTheFile(at);
  return isFree(at) && (to === undefined || isTheFile(to));
}

/**
 * Answers what the thread that repeats changes asks for: nothing of it reaches the host, where all this has
 * happened already. Undefined if the request is like any other.
 */
export function answerRepeat(
  nodes: NodeTable,
  repeat: Repeat,
  request: KernelRequest,
): Buffer | undefined {
  const { change, at, to } = repeat;
  const { opcode, unique, node, body } = request;
  const isAt = (place: NodePlace | undefined, offset: number) =>
    place !== undefined && place.folder.id === node && textAt(body, offset) === place.name;
  const isHere = isAt(at, namesAt[opcode] ?? 0);
  if (isHere && steps.has(opcode) && !stillApplies(repeat)) {
    return kernelReply(unique, 0, linuxError('ENOENT'));
  }
  switch (opcode) {
    case opcodes.lookup:
      if (isAt(to, 0)) return kernelReply(unique, 0, linuxError('ENOENT'));
      if (isHere) return lookupAnswer(nodes, unique, repeat);
      return undefined;
    case opcodes.create:
      return isAt(at, 16)
        ? entryFor(nodes, unique, repeat, SOON_SECONDS, OPEN_OUT_BYTES)
        : undefined;
    case opcodes.mkdir:
      return isHere ? entryFor(nodes, unique, repeat, SOON_SECONDS) : undefined;
    case opcodes.symlink:
      return isHere ? entryFor(nodes, unique, repeat, SOON_SECONDS) : undefined;
    case opcodes.unlink:
    case opcodes.rmdir:
      return isHere ? kernelReply(unique) : undefined;
    case opcodes.rename:
    case opcodes.rename2:
      return isHere ? kernelReply(unique) : undefined;
    case opcodes.setattr: {
      const known = nodes.get(node);
      const attributes = attributesOf(change) ?? known?.attributes;
      return attributes && attributesReply(unique, attributes, 0);
    }
    case opcodes.getattr: {
      const known = nodes.get(node);
      return known?.isInvented && known.attributes
        ? attributesReply(unique, known.attributes, 0)
        : undefined;
    }
    default:
      return undefined;
  }
}

function lookupAnswer(nodes: NodeTable, unique: bigint, repeat: Repeat): Buffer {
  if (repeat.change.kind === 'created') return kernelReply(unique, 0, linuxError('ENOENT'));
  return entryFor(nodes, unique, repeat, 0n);
}

/** What was at a name before it was removed: only the type matters. */
function invented(nodes: NodeTable, change: Repeat['change']): Node {
  const node = nodes.invent();
  const attributes = attributesOf(change) ?? Buffer.alloc(ATTRIBUTES_BYTES);
  if (change.kind === 'removed') {
    attributes.writeUInt32LE(
      change.isFolder ? fileTypes.folder | 0o755 : fileTypes.file | 0o644,
      attributeFields.mode,
    );
    attributes.writeUInt32LE(1, attributeFields.nlink);
  }
  node.describe(attributes, 0, 0);
  return node;
}

/** The file of the change, although it may be gone by now. */
function entryFor(
  nodes: NodeTable,
  unique: bigint,
  { change, node: known }: Repeat,
  seconds: bigint,
  more = 0,
): Buffer {
  const node = known ?? invented(nodes, change);
  nodes.keep(node);
  const reply = kernelReply(unique, ENTRY_OUT_BYTES + more);
  reply.writeBigUInt64LE(BigInt(node.id), HEADER_BYTES + entryFields.node);
  reply.writeBigUInt64LE(seconds, HEADER_BYTES + entryFields.entrySeconds);
  node.attributes?.copy(reply, HEADER_BYTES + entryFields.attributes);
  return reply;
}

const attributesOf = (change: Repeat['change']): Buffer | undefined =>
  'attributes' in change ? Buffer.from(change.attributes, 'base64') : undefined;
