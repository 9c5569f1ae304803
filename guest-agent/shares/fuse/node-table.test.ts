import { beforeEach, expect, test } from 'vitest';
import { ATTRIBUTES_BYTES, writeAttributes } from '../../contract/fuse/attributes.ts';
import { type Node, NodeTable } from './node-table.ts';

let nodes: NodeTable;
let forgotten: Node[];

beforeEach(() => {
  forgotten = [];
  nodes = new NodeTable((node) => forgotten.push(node));
});

function attributes(ino: number, mode = 0o100644, nlink = 1): Buffer {
  const bytes = Buffer.alloc(ATTRIBUTES_BYTES);
  const times = { atimeNs: 0n, mtimeNs: 0n, ctimeNs: 0n };
  writeAttributes(bytes, 0, {
    ...{ ino: BigInt(ino), size: 0n, blocks: 0n, ...times, mode, nlink, uid: 0, gid: 0 },
  });
  return bytes;
}

/** As the kernel learns a name. */
function enter(folder: Node, name: string, ino: number, mode?: number, nlink?: number): Node {
  const bytes = attributes(ino, mode, nlink);
  const node = nodes.enter(folder, name, bytes);
  node.describe(bytes, 0, 1000);
  node.lookups += 1;
  return node;
}

const FOLDER = 0o040755;

test('a path follows moves of the file and of its folders', () => {
  const folder = enter(nodes.root, 'a', 2, FOLDER);
  const file = enter(folder, 'f', 3);
  expect(file.path).toBe('a/f');
  nodes.move({ folder: nodes.root, name: 'a' }, { folder: nodes.root, name: 'b' });
  nodes.move({ folder, name: 'f' }, { folder, name: 'g' });
  expect([file.path, nodes.find('b/g'), nodes.find('a')]).toEqual(['b/g', file, undefined]);
});

test('a file that takes another’s name is another node', () => {
  const first = enter(nodes.root, 'f', 2);
  expect(enter(nodes.root, 'f', 2)).toBe(first);
  const second = enter(nodes.root, 'f', 3);
  expect(second).not.toBe(first);
  expect([first.path, second.path]).toEqual([undefined, 'f']);
  nodes.forget(first.id, 2);
  expect([forgotten, nodes.get(first.id)]).toEqual([[first], undefined]);
});

test('a removed file stays until the kernel forgets it', () => {
  const file = enter(nodes.root, 'f', 2);
  nodes.remove(nodes.root, 'f');
  expect([file.path, nodes.get(file.id)]).toEqual([undefined, file]);
  nodes.forget(file.id, 1);
  expect([nodes.get(file.id), forgotten]).toEqual([undefined, [file]]);
});

test('names of one file are one node, and the file has a path as long as it has a name', () => {
  const file = enter(nodes.root, 'a', 2, 0o100644, 2);
  expect(enter(nodes.root, 'b', 2, 0o100644, 2)).toBe(file);
  nodes.remove(nodes.root, 'a');
  expect(file.path).toBe('b');
  nodes.remove(nodes.root, 'b');
  expect(file.path).toBeUndefined();
});

test('a folder that the kernel forgets stays as long as something in it is known', () => {
  const folder = enter(nodes.root, 'd', 2, FOLDER);
  const file = enter(folder, 'f', 3);
  nodes.forget(folder.id, 1);
  expect(file.path).toBe('d/f');
  nodes.forget(file.id, 1);
  expect([nodes.get(folder.id), nodes.find('d')]).toEqual([undefined, undefined]);
  expect(forgotten).toEqual([]);
});

test('a node that the kernel forgets and gets again has its name again', () => {
  const [kept, removed] = [enter(nodes.root, 'a', 2), enter(nodes.root, 'b', 3)];
  nodes.remove(nodes.root, 'b');
  for (const node of [kept, removed]) {
    nodes.forget(node.id, 1);
    nodes.keep(node);
  }
  expect([kept.path, nodes.find('a'), nodes.get(kept.id)]).toEqual(['a', kept, kept]);
  expect([removed.path, nodes.get(removed.id)]).toEqual([undefined, removed]);
});

test('all names of a folder stay known while they change', () => {
  nodes.root.names = new Set(['a']);
  nodes.move({ folder: nodes.root, name: 'a' }, { folder: nodes.root, name: 'b' });
  nodes.root.addName('c');
  nodes.remove(nodes.root, 'b');
  expect([...nodes.root.names]).toEqual(['c']);
});
