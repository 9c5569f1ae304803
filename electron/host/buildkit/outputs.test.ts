import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { create, type MessageInitShape, type MessageShape } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { receivePackets } from '../../../guest-agent/buildkit/files/receive-packets.ts';
import { goFileMode } from '../../../guest-agent/buildkit/files/tree-entry.ts';
import {
  PacketSchema,
  Packet_PacketType as PacketType,
} from '../../../guest-agent/buildkit/generated/github.com/tonistiigi/fsutil/types/wire_pb.js';
import { temporaryDirectory } from '../../../guest-agent/store/testing/temporary-directory.ts';
import { onWindows } from '../../../guest-agent/testing/on-windows.ts';
import { DirectoryWriter } from './outputs.ts';

type Packet = MessageInitShape<typeof PacketSchema>;

const directory = (path: string) => ({ path, mode: goFileMode('directory', 0o755) });
const file = (path: string, content: string) => ({ path, mode: 0o644, content });
const link = (path: string, linkname: string) => ({ path, linkname, mode: 0o777 });
const symbolicLink = (path: string, linkname: string) => ({
  ...link(path, linkname),
  mode: goFileMode('symlink', 0o777),
});

/** Sends files to a directory as the engine does. */
async function output(
  root: string,
  files: readonly { path: string; content?: string }[],
  writer = new DirectoryWriter(root),
) {
  const finished = Promise.withResolvers<void>();
  const packets = async function* (): AsyncGenerator<Packet> {
    for (const { content = '', ...stat } of files) {
      yield { type: PacketType.PACKET_STAT, stat: { ...stat, size: BigInt(content.length) } };
    }
    yield { type: PacketType.PACKET_STAT };
    for (const [ID, { content }] of files.entries()) {
      if (content === undefined) continue;
      yield { type: PacketType.PACKET_DATA, ID, data: Buffer.from(content) };
      yield { type: PacketType.PACKET_DATA, ID };
    }
    await finished.promise;
    yield { type: PacketType.PACKET_FIN };
  };
  const answers = async function* (): AsyncGenerator<MessageShape<typeof PacketSchema>> {
    for await (const packet of packets()) yield create(PacketSchema, packet);
  };
  const send = async ({ type }: Packet) => {
    if (type === PacketType.PACKET_FIN) finished.resolve();
  };
  const exchange = { send, end: () => {}, answers: answers() };
  await receivePackets(exchange, writer, () => {});
}

async function places() {
  const temporary = await temporaryDirectory();
  const outside = join(temporary.path, 'outside');
  await mkdir(outside);
  await writeFile(join(outside, 'keys'), 'mine');
  return {
    ...{ outside, out: join(temporary.path, 'out') },
    [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose](),
  };
}

test('files and links are written, and files that are there already are replaced', async () => {
  await using place = await places();
  await mkdir(join(place.out, 'd'), { recursive: true });
  await writeFile(join(place.out, 'd/f'), 'old');
  await writeFile(join(place.out, 'kept'), 'kept');
  await output(place.out, [directory('d'), file('d/f', 'new'), link('same', 'd/f')]);
  expect(await readFile(join(place.out, 'd/f'), 'utf8')).toBe('new');
  expect(await readFile(join(place.out, 'same'), 'utf8')).toBe('new');
  expect(await readFile(join(place.out, 'kept'), 'utf8')).toBe('kept');
});

test.skipIf(onWindows('it makes symbolic links'))(
  'a link that an earlier output made leads no file out of the directory',
  async () => {
    await using place = await places();
    await output(place.out, [symbolicLink('d', place.outside)]);
    await output(place.out, [directory('d'), file('d/keys', 'theirs')]);
    expect(await readFile(join(place.outside, 'keys'), 'utf8')).toBe('mine');
    expect(await readFile(join(place.out, 'd/keys'), 'utf8')).toBe('theirs');
  },
);

test.skipIf(onWindows('it makes symbolic links'))(
  'no path of an output leads through a link',
  async () => {
    await using place = await places();
    const links = [symbolicLink('d', place.outside), symbolicLink('d/keys', '/nowhere')];
    await expect(output(place.out, links)).rejects.toThrow('unexpected path in the output: d/keys');
    await output(place.out, [symbolicLink('d', place.outside), link('stolen', 'd/keys')]);
    expect(await readdir(place.out)).toEqual(['d']);
    expect(await readFile(join(place.outside, 'keys'), 'utf8')).toBe('mine');
  },
);

test('on Windows, no name leads out of the directory or to a stream of another file', async () => {
  await using place = await places();
  for (const name of ['..\\outside\\keys', 'C:keys', 'd/keys:hidden']) {
    const writer = new DirectoryWriter(place.out, 'win32');
    const sent = output(place.out, [directory('d'), file(name, 'theirs')], writer);
    await expect(sent).rejects.toThrow(`Windows can't have a file named "${name}"`);
  }
  expect(await readFile(join(place.outside, 'keys'), 'utf8')).toBe('mine');
});

test('links that the system refuses are named after everything else is written', async () => {
  await using place = await places();
  const writer = new DirectoryWriter(place.out, 'win32', async () => {
    throw Object.assign(new Error('not permitted'), { code: 'EPERM' });
  });
  const sent = output(place.out, [symbolicLink('a', 'b'), file('b', 'made')], writer);
  await expect(sent).rejects.toThrow(/allow these symbolic links: .*a -> b\. .*Developer Mode/);
  expect(await readFile(join(place.out, 'b'), 'utf8')).toBe('made');
});
