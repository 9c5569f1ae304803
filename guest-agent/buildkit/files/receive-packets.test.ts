import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import {
  PacketSchema,
  Packet_PacketType as PacketType,
} from '../generated/github.com/tonistiigi/fsutil/types/wire_pb.js';
import { type EntryWriter, receivePackets } from './receive-packets.ts';

const packet = (init: MessageInitShape<typeof PacketSchema>) => create(PacketSchema, init);
const file = (path: string) =>
  packet({ type: PacketType.PACKET_STAT, stat: { path, mode: 0o644, size: 0n } });
const endOfList = packet({ type: PacketType.PACKET_STAT });

/** Receives what a sender sends: `list` first, and `later` when the engine has all files. */
async function received(
  list: readonly ReturnType<typeof packet>[],
  later: readonly ReturnType<typeof packet>[],
) {
  const added: string[] = [];
  const goodbye = Promise.withResolvers<void>();
  const writer: Partial<EntryWriter> = {
    add: async ({ path }) => {
      added.push(path);
      return false;
    },
    finish: async () => {},
  };
  const exchange = {
    send: async () => {},
    end: () => {},
    answers: (async function* () {
      yield* list;
      await goodbye.promise;
      yield* later;
    })(),
  };
  const { ended } = await receivePackets(exchange, writer as EntryWriter, () => {});
  goodbye.resolve();
  return { added, ended };
}

test('the files are there before the sender has said goodbye', async () => {
  const { added, ended } = await received(
    [file('a'), file('b'), endOfList],
    [packet({ type: PacketType.PACKET_FIN })],
  );
  expect(added).toEqual(['a', 'b']);
  await ended;
});

test('a file after the end changes nothing', async () => {
  const { added, ended } = await received([file('a'), endOfList], [file('late')]);
  await expect(ended).rejects.toThrow('more than its list of files');
  expect(added).toEqual(['a']);
});
