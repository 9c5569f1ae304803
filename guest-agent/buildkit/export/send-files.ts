import { createReadStream } from 'node:fs';
import type { ClientHttp2Session } from 'node:http2';
import { join } from 'node:path';
import type { DescMessage, MessageInitShape } from '@bufbuild/protobuf';
import { awaitedElsewhere } from '../../errors.ts';
import type { TarMember } from '../../store/tar/member.ts';
import { goFileMode } from '../files/tree-entry.ts';
import {
  BytesMessageSchema,
  FileSend,
} from '../generated/github.com/moby/buildkit/session/filesync/filesync_pb.js';
import type { StatSchema } from '../generated/github.com/tonistiigi/fsutil/types/stat_pb.js';
import {
  PacketSchema,
  Packet_PacketType as PacketType,
} from '../generated/github.com/tonistiigi/fsutil/types/wire_pb.js';
import { type Exchange, exchangeMessages, type Metadata } from '../grpc/client.ts';
import { methodPath } from '../grpc/method.ts';
import { GrpcError, grpcCode } from '../grpc/status.ts';
import { directoryItems } from './directory-tar.ts';

const path = methodPath(FileSend.method.diffCopy);
/** Clients send and take files in pieces of this size. */
const PIECE_BYTES = 32 << 10;

/** Which of a build's outputs is sent. */
const outputMetadata = (output: number): Metadata => ({
  'buildkit-attachable-exporter-id': String(output),
});

/** Sends the files below `root` to the directory that the client chose for an output. */
export async function sendDirectory(
  session: ClientHttp2Session,
  output: number,
  root: string,
  report: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const stop = new AbortController();
  const limited = AbortSignal.any([signal, stop.signal]);
  const schemas = { input: PacketSchema, output: PacketSchema };
  const exchange = exchangeMessages(session, path, schemas, outputMetadata(output), limited);
  const files: Pick<TarMember, 'name' | 'type'>[] = [];
  const wanted = new FileQueue();
  let bytes = 0;
  const receive = async () => {
    let isFinished = false;
    try {
      for await (const { type, ID, data } of exchange.answers) {
        if (type === PacketType.PACKET_REQ) wanted.add(ID);
        if (type === PacketType.PACKET_ERR) {
          throw new GrpcError(grpcCode.unknown, `error from receiver: ${Buffer.from(data)}`);
        }
        if (type === PacketType.PACKET_FIN) {
          isFinished = true;
          wanted.end();
          await exchange.send({ type: PacketType.PACKET_FIN });
          exchange.end();
        }
      }
    } finally {
      wanted.end();
    }
    if (!isFinished) throw new GrpcError(grpcCode.unavailable, 'the client took only some files');
  };
  const received = receive();
  const send = sender(exchange, received);
  const sendList = async () => {
    for await (const { member } of directoryItems(root)) {
      files.push({ name: member.name, type: member.type });
      await send({ type: PacketType.PACKET_STAT, stat: statOf(member) });
    }
    await send({ type: PacketType.PACKET_STAT });
  };
  const sendContents = async () => {
    for await (const ID of wanted) {
      const { name = '', type } = files[ID] ?? {};
      if (type !== 'file') throw new GrpcError(grpcCode.invalidArgument, `no file ${ID}`);
      const file = join(root, Buffer.from(name, 'latin1').toString('utf8'));
      for await (const data of createReadStream(file, { highWaterMark: PIECE_BYTES })) {
        await send({ type: PacketType.PACKET_DATA, ID, data });
        bytes += data.length;
        report(bytes);
      }
      await send({ type: PacketType.PACKET_DATA, ID });
    }
  };
  try {
    await Promise.all([sendList(), sendContents(), received]);
  } finally {
    wanted.end();
    stop.abort();
  }
}

/** Sends bytes to the file that the client chose for an output. */
export async function sendBytes(
  session: ClientHttp2Session,
  output: number,
  bytes: AsyncIterable<Uint8Array>,
  report: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const schemas = { input: BytesMessageSchema, output: BytesMessageSchema };
  const stop = new AbortController();
  const limited = AbortSignal.any([signal, stop.signal]);
  const exchange = exchangeMessages(session, path, schemas, outputMetadata(output), limited);
  const receive = async () => {
    try {
      for await (const _ of exchange.answers);
    } finally {
      // The client takes no more bytes.
      stop.abort();
    }
  };
  const received = receive();
  received.catch(awaitedElsewhere);
  const send = sender(exchange, received);
  let sent = 0;
  try {
    for await (const data of bytes) {
      for (let at = 0; at < data.length; at += 1 << 20) {
        await send({ data: data.subarray(at, at + (1 << 20)) });
      }
      sent += data.length;
      report(sent);
    }
    exchange.end();
    await received;
  } finally {
    stop.abort();
  }
}

/** Sends messages. If a client takes no more, this throws the client's own error. */
function sender<I extends DescMessage, O extends DescMessage>(
  exchange: Exchange<I, O>,
  received: Promise<void>,
): Exchange<I, O>['send'] {
  return async (message) => {
    try {
      await exchange.send(message);
    } catch (error) {
      await received;
      throw error;
    }
  };
}

function statOf(member: TarMember): MessageInitShape<typeof StatSchema> {
  const { name, type, mode, uid, gid, size, mtime, target, device } = member;
  const text = (bytes: string) => Buffer.from(bytes, 'latin1').toString('utf8');
  const [devmajor, devminor] = device.map(BigInt);
  return {
    ...{ path: text(name), linkname: text(target), mode: goFileMode(type, mode), uid, gid },
    ...{ size: BigInt(size), modTime: BigInt(mtime) * 1_000_000_000n },
    ...(type === 'char' || type === 'block' ? { devmajor, devminor } : {}),
  };
}

/** Files that the client asked for, in order. */
class FileQueue implements AsyncIterable<number> {
  readonly #ids: number[] = [];
  #next = 0;
  #ended = false;
  #wake: (() => void) | undefined;

  add(id: number): void {
    this.#ids.push(id);
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<number> {
    for (;;) {
      const id = this.#ids[this.#next];
      if (id !== undefined) {
        this.#next += 1;
        yield id;
      } else if (this.#ended) return;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
