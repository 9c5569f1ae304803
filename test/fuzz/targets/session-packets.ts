import { create, toBinary } from '@bufbuild/protobuf';
import {
  type EntryWriter,
  receivePackets,
} from '../../../guest-agent/buildkit/files/receive-packets.ts';
import {
  BuildHistoryRequestSchema,
  SolveRequestSchema,
} from '../../../guest-agent/buildkit/generated/github.com/moby/buildkit/api/services/control/control_pb.js';
import {
  PacketSchema,
  Packet_PacketType as PacketType,
} from '../../../guest-agent/buildkit/generated/github.com/tonistiigi/fsutil/types/wire_pb.js';
import { frame, readFrames } from '../../../guest-agent/buildkit/grpc/frames.ts';
import { readMessage } from '../../../guest-agent/buildkit/grpc/read-message.ts';
import { GrpcError } from '../../../guest-agent/buildkit/grpc/status.ts';
import type { Random } from '../../fixtures/random.ts';
import type { Target } from '../target.ts';

const stat = (path: string, mode = 0o100644, size = 5n) =>
  create(PacketSchema, { type: PacketType.PACKET_STAT, stat: { path, mode: mode >>> 0, size } });
const packets = (list: ReturnType<typeof stat>[]) =>
  Buffer.concat(list.map((each) => frame(toBinary(PacketSchema, each))));
const data = (ID: number, content: string) =>
  create(PacketSchema, { type: PacketType.PACKET_DATA, ID, data: Buffer.from(content) });
const listed = create(PacketSchema, { type: PacketType.PACKET_STAT });
const fin = create(PacketSchema, { type: PacketType.PACKET_FIN });

/** What a client of BuildKit's API sends: frames of gRPC, requests, and the files of a directory. */
export const sessionPackets: Target = {
  seeds: [
    packets([
      stat('a'),
      stat('d', 0x80000000 | 0o755, 0n),
      stat('d/b'),
      listed,
      data(0, 'hello'),
      data(0, ''),
      data(2, 'x'),
      data(2, ''),
      fin,
    ]),
    packets([stat('../x'), listed, fin]),
    frame(
      toBinary(
        SolveRequestSchema,
        create(SolveRequestSchema, {
          Ref: 'x',
          Frontend: 'dockerfile.v0',
          FrontendAttrs: { target: 'a' },
        }),
      ),
    ),
  ],
  generate: (random) => packets(random.times(1, 10, () => randomPacket(random))),
  words: [
    '\0\0\0\0\x05',
    '\x01',
    '../',
    '/',
    '\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01',
    '\x0a\x05',
  ],
  async read(input) {
    const messages: Buffer[] = [];
    for await (const message of readFrames(chunks(input))) messages.push(message);
    for (const message of messages) {
      readMessage(SolveRequestSchema, message);
      readMessage(BuildHistoryRequestSchema, message);
    }
    const parsed = messages.map((message) => readMessage(PacketSchema, message));
    const exchange = {
      send: async () => {},
      end: () => {},
      answers: (async function* () {
        yield* parsed;
      })(),
    };
    await receivePackets(exchange, writer, () => {});
  },
  expects: (error) => error instanceof GrpcError,
};

const file = { writeFile: async () => {}, close: async () => {} };
const writer: EntryWriter = {
  add: async ({ kind }) => kind === 'file',
  create: async () => file as never,
  finishFile: async () => {},
  finish: async () => {},
};

function randomPacket(random: Random) {
  return random.weighted([
    [
      5,
      stat(
        random.pick(['a', 'b', 'd', 'd/a', '', '..', '/x', 'é', 'a\0']),
        random.pick([0o100644, 0x80000000 | 0o755, 0x8000000, 0xffffffff]),
        BigInt(random.pick([0, 1, 2 ** 40, -1])),
      ),
    ],
    [2, listed],
    [4, data(random.integer(0, 4), random.chance(0.5) ? '' : 'abc')],
    [1, fin],
    [1, create(PacketSchema, { type: PacketType.PACKET_ERR, data: Buffer.from('no') })],
  ]);
}

async function* chunks(input: Buffer) {
  for (let at = 0; at < input.length; at += 999) yield input.subarray(at, at + 999);
}
