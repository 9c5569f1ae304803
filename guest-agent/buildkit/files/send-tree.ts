import { createReadStream } from 'node:fs';
import type { DescMessage, MessageInitShape } from '@bufbuild/protobuf';
import type { StatSchema } from '../generated/github.com/tonistiigi/fsutil/types/stat_pb.js';
import {
  type PacketSchema,
  Packet_PacketType as PacketType,
} from '../generated/github.com/tonistiigi/fsutil/types/wire_pb.js';
import type { Exchange } from '../grpc/client.ts';
import { GrpcError, grpcCode } from '../grpc/status.ts';

/** A file of a tree that is sent. */
export interface SentFile {
  readonly stat: MessageInitShape<typeof StatSchema>;
  /** Where the content is. Only regular files have content. */
  readonly file?: string;
}

/** Both sides send and take files in pieces of this size. */
const PIECE_BYTES = 32 << 10;

/**
 * Sends the list of files, and the content of those that the other side asks for. Parents must come
 * before what they contain. `report` learns how many bytes were sent.
 */
export async function sendTree(
  exchange: Exchange<typeof PacketSchema, typeof PacketSchema>,
  items: AsyncIterable<SentFile>,
  report: (bytes: number) => void,
): Promise<void> {
  const files: (string | undefined)[] = [];
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
    for await (const { stat, file } of items) {
      files.push(file);
      await send({ type: PacketType.PACKET_STAT, stat });
    }
    await send({ type: PacketType.PACKET_STAT });
  };
  const sendContents = async () => {
    for await (const ID of wanted) {
      const file = files[ID];
      if (file === undefined) throw new GrpcError(grpcCode.invalidArgument, `no file ${ID}`);
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
  }
}

/** Sends messages. If the other side takes no more, this throws its own error. */
export function sender<I extends DescMessage, O extends DescMessage>(
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

/** Files that the other side asked for, in order. */
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
