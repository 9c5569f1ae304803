import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { performServerHandshake } from 'node:http2';
import { join } from 'node:path';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { directoryItems } from '../export/directory-items.ts';
import { goFileMode } from '../files/tree-entry.ts';
import { FileSync } from '../generated/github.com/moby/buildkit/session/filesync/filesync_pb.js';
import {
  PacketSchema,
  Packet_PacketType as PacketType,
} from '../generated/github.com/tonistiigi/fsutil/types/wire_pb.js';
import { frame, readFrames } from '../grpc/frames.ts';
import { methodPath } from '../grpc/method.ts';
import { ClientSession } from '../session/client-session.ts';
import { socketPair } from './test-client.ts';

/** A client's directory for tests. */
export interface SentTree {
  readonly root: string;
  /** The client disconnects when the engine asks for this file. */
  readonly breakAfter: string;
  /** A path that no honest client sends. */
  readonly extraPath: string;
  /** Names the directory for the next builds. Empty: only this session has the directory. */
  readonly sharedKey: string;
}

/** A session whose client sends a directory, as Docker's clients do. */
export async function sendingSession({
  root,
  breakAfter,
  extraPath,
  sharedKey = 'shared',
}: Partial<SentTree>) {
  const pair = await socketPair();
  const path = methodPath(FileSync.method.diffCopy);
  const asked: string[] = [];
  const client = performServerHandshake(pair.client);
  client.on('error', () => client.destroy());
  client.on('stream', (stream) => {
    stream.on('error', () => stream.destroy());
    stream.respond(
      { ':status': 200, 'content-type': 'application/grpc' },
      { waitForTrailers: true },
    );
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    const send = (packet: MessageInitShape<typeof PacketSchema>) =>
      stream.write(frame(toBinary(PacketSchema, create(PacketSchema, packet))));
    const names: string[] = [];
    const stat = (name: string, stat: object) => {
      names.push(name);
      send({ type: PacketType.PACKET_STAT, stat: { path: name, ...stat } });
    };
    const list = async () => {
      for await (const { member } of directoryItems(root ?? '')) {
        stat(member.name, {
          mode: goFileMode(member.type, member.mode),
          ...{ size: BigInt(member.size), modTime: BigInt(member.mtime) * 1_000_000_000n },
          linkname: member.target,
        });
      }
      if (extraPath !== undefined) stat(extraPath, { mode: 0o644, size: 1n });
      send({ type: PacketType.PACKET_STAT });
    };
    const answer = async () => {
      for await (const bytes of readFrames(stream)) {
        const { type, ID } = fromBinary(PacketSchema, bytes);
        if (type === PacketType.PACKET_FIN) {
          send({ type: PacketType.PACKET_FIN });
          stream.end();
          continue;
        }
        const name = names[ID] ?? '';
        asked.push(name);
        if (name === breakAfter) pair.client.destroy();
        for await (const data of createReadStream(join(root ?? '', name), {
          highWaterMark: 32768,
        })) {
          send({ type: PacketType.PACKET_DATA, ID, data });
        }
        send({ type: PacketType.PACKET_DATA, ID });
      }
    };
    Promise.all([list(), answer()]).catch(() => stream.destroy());
  });
  const offer = { id: 'test', sharedKey, methods: [path] };
  const session = new ClientSession(offer, pair.engine);
  return {
    ...{ session, asked },
    [Symbol.asyncDispose]: async () => {
      const closed = session.http2.destroyed ? undefined : once(session.http2, 'close');
      session.http2.destroy();
      await closed;
      await pair[Symbol.asyncDispose]();
    },
  };
}
