import { opcodes } from '../../contract/fuse/opcodes.ts';
import { type KernelRequest, textAt } from './kernel-messages.ts';
import type { Node, NodeTable } from './node-table.ts';

/** What to ask the server for a request of the kernel. */
export interface RemoteRequest {
  readonly opcode: number;
  readonly node: Node;
  readonly path: string | undefined;
  /** The new or removed name in `node`. */
  readonly name?: string;
  readonly second?: { readonly folder: Node; readonly name: string };
  readonly secondPath?: string | undefined;
  readonly body: Buffer;
  /** Nodes whose attributes change. */
  readonly changing: readonly Node[];
}

const NO_BODY = Buffer.alloc(0);
/** How many bytes come before the name. */
const namesAt: Readonly<Record<number, number>> = {
  [opcodes.lookup]: 0,
  [opcodes.mknod]: 16,
  [opcodes.mkdir]: 8,
  [opcodes.create]: 16,
  [opcodes.unlink]: 0,
  [opcodes.rmdir]: 0,
  [opcodes.symlink]: 0,
  [opcodes.link]: 8,
};

const changesNode: ReadonlySet<number> = new Set([opcodes.setattr, opcodes.write]);
const onNode: ReadonlySet<number> = new Set([
  ...[opcodes.getattr, opcodes.setattr, opcodes.readlink, opcodes.read, opcodes.write],
  ...[opcodes.fsync, opcodes.statfs, opcodes.readdirplus],
]);

/** Translates the kernel's nodes into paths. Undefined for operations that the server doesn't have. */
export function remoteRequest(
  nodes: NodeTable,
  request: KernelRequest,
  node: Node,
): RemoteRequest | undefined {
  const { opcode, body } = request;
  if (opcode === opcodes.rename || opcode === opcodes.rename2) return rename(nodes, request, node);
  if (onNode.has(opcode)) {
    const changing = changesNode.has(opcode) ? [node] : [];
    return {
      ...{ opcode, node, path: node.path, body, changing },
      ...listingPlace(opcode, node, body),
    };
  }
  const at = namesAt[opcode];
  if (at === undefined) return undefined;
  const name = textAt(body, at);
  const common = { opcode, node, name, path: below(node, name) };
  if (opcode === opcodes.lookup) return { ...common, body: NO_BODY, changing: [] };
  if (opcode === opcodes.symlink) {
    const target = Buffer.from(textAt(body, Buffer.byteLength(name) + 1));
    return { ...common, body: target, changing: [node] };
  }
  if (opcode === opcodes.link) {
    const source = nodes.get(Number(body.readBigUInt64LE(0)));
    if (!source) return undefined;
    return { ...common, body: NO_BODY, secondPath: source.path, changing: [node, source] };
  }
  return { ...common, body: body.subarray(0, at), changing: [node] };
}

function rename(
  nodes: NodeTable,
  { opcode, body }: KernelRequest,
  node: Node,
): RemoteRequest | undefined {
  const at = opcode === opcodes.rename ? 8 : 16;
  const folder = nodes.get(Number(body.readBigUInt64LE(0)));
  if (!folder) return undefined;
  const name = textAt(body, at);
  const newName = textAt(body, at + Buffer.byteLength(name) + 1);
  return {
    ...{ opcode: opcodes.rename2, node, name, path: below(node, name) },
    second: { folder, name: newName },
    secondPath: below(folder, newName),
    body: opcode === opcodes.rename ? Buffer.alloc(4) : body.subarray(8, 12),
    changing: [node, folder],
  };
}

/** The server continues after the last name that the kernel has read. */
function listingPlace(opcode: number, node: Node, body: Buffer): { secondPath?: string } {
  if (opcode !== opcodes.readdirplus) return {};
  const read = Number(body.readBigUInt64LE(8));
  if (read === 0) {
    node.listing = [];
    node.isListingSound = true;
  }
  node.listing.length = Math.min(node.listing.length, read);
  return { secondPath: node.listing.at(-1) ?? '' };
}

function below(folder: Node, name: string): string | undefined {
  const { path } = folder;
  if (path === undefined) return undefined;
  return path === '' ? name : `${path}/${name}`;
}
