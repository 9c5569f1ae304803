import type { FileHandle } from 'node:fs/promises';
import { awaitedElsewhere } from '../../errors.ts';
import {
  type PacketSchema,
  Packet_PacketType as PacketType,
} from '../generated/github.com/tonistiigi/fsutil/types/wire_pb.js';
import type { Exchange } from '../grpc/client.ts';
import { GrpcError, grpcCode } from '../grpc/status.ts';
import { readStat, type TreeEntry } from './tree-entry.ts';

/** Takes the entries of a tree in the order of the sender's walk. */
export interface EntryWriter {
  /** Returns whether the entry's content is needed. */
  add(entry: TreeEntry): Promise<boolean>;
  /** Creates a file, whose content follows. */
  create(entry: TreeEntry): Promise<FileHandle>;
  /** Gives a complete file its attributes, and closes the file. */
  finishFile(entry: TreeEntry, file: FileHandle): Promise<void>;
  /** All files are complete. */
  finish(): Promise<void>;
}

/** Contents that the sender is asked for at a time. Docker's clients read four files at once. */
const ASKED_AT_ONCE = 64;
/** Small files are written at the same time, and large ones in pieces of this size. */
const WRITTEN_AT_ONCE = 16;
const HELD_BYTES = 256 << 10;

type Packets = Exchange<typeof PacketSchema, typeof PacketSchema>;

/**
 * Takes the list of files that the other side sends, and the content of those that `writer` needs.
 * Resolves when all are written, while the two sides still say goodbye: `ended` settles after that.
 * `report` learns how many bytes have arrived.
 */
export async function receivePackets(
  exchange: Packets,
  writer: EntryWriter,
  report: (bytes: number) => void,
): Promise<{ readonly ended: Promise<void> }> {
  const complete = Promise.withResolvers<void>();
  const ended = receiveAll(exchange, writer, report, complete.resolve);
  // Ends before it is complete only by an error.
  ended.catch(complete.reject);
  await complete.promise;
  return { ended };
}

async function receiveAll(
  { send, end, answers }: Packets,
  writer: EntryWriter,
  report: (bytes: number) => void,
  complete: () => void,
): Promise<void> {
  const contents = new Contents(writer, (ID) => send({ type: PacketType.PACKET_REQ, ID }));
  let bytes = 0;
  let index = 0;
  let isListed = false;
  let isFinished = false;
  try {
    for await (const { type, stat, ID, data } of answers) {
      if (isFinished && type !== PacketType.PACKET_FIN) {
        // The tree is in use already.
        throw new GrpcError(
          grpcCode.invalidArgument,
          'the sender sent more than its list of files',
        );
      }
      bytes += data.length;
      switch (type) {
        case PacketType.PACKET_STAT:
          if (stat === undefined) isListed = true;
          else {
            const entry = readStat(stat);
            if (await writer.add(entry)) contents.ask(index, entry);
            index += 1;
          }
          break;
        case PacketType.PACKET_DATA:
          await contents.take(ID, data);
          report(bytes);
          break;
        case PacketType.PACKET_FIN:
          end();
          break;
        case PacketType.PACKET_ERR:
          throw new GrpcError(grpcCode.unknown, `error from sender: ${Buffer.from(data)}`);
      }
      if (isListed && contents.isComplete && !isFinished) {
        isFinished = true;
        await contents.written();
        await writer.finish();
        await send({ type: PacketType.PACKET_FIN });
        report(bytes);
        complete();
      }
    }
    if (!isFinished) throw new GrpcError(grpcCode.unavailable, 'the sender sent only some files');
  } finally {
    await contents.close();
  }
}

/** A file whose content arrives. */
interface Incoming {
  readonly entry: TreeEntry;
  /** Pieces that aren't written yet. */
  readonly pieces: Uint8Array[];
  waiting: number;
  file: FileHandle | undefined;
}

/** The files whose contents arrive: several at a time, in pieces. */
class Contents {
  readonly #writer: EntryWriter;
  readonly #request: (id: number) => Promise<void>;
  readonly #queue: [id: number, entry: TreeEntry][] = [];
  /** The index of the first file in the queue that wasn't asked for yet. */
  #next = 0;
  readonly #asked = new Map<number, Incoming>();
  /** Complete files that are being written. */
  readonly #writing = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;

  constructor(writer: EntryWriter, request: (id: number) => Promise<void>) {
    this.#writer = writer;
    this.#request = request;
  }

  /** Whether all contents have arrived. They may not be written yet. */
  get isComplete(): boolean {
    return this.#next === this.#queue.length && this.#asked.size === 0;
  }

  ask(id: number, entry: TreeEntry): void {
    this.#queue.push([id, entry]);
    this.#askMore();
  }

  /** Takes a piece. An empty one ends the file. */
  async take(id: number, data: Uint8Array): Promise<void> {
    const content = this.#asked.get(id);
    if (content === undefined) {
      throw new GrpcError(grpcCode.invalidArgument, `unexpected content of file ${id}`);
    }
    if (data.length > 0) {
      content.pieces.push(data);
      content.waiting += data.length;
      if (content.waiting > HELD_BYTES) await this.#write(content);
      return;
    }
    this.#asked.delete(id);
    this.#askMore();
    const written = this.#finish(content)
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#writing.delete(written));
    this.#writing.add(written);
    while (this.#writing.size >= WRITTEN_AT_ONCE) await Promise.race(this.#writing);
    this.#throwFailure();
  }

  /** Waits until all files are written. */
  async written(): Promise<void> {
    await Promise.all(this.#writing);
    this.#throwFailure();
  }

  /** Closes the files of a transfer that failed. */
  async close(): Promise<void> {
    await Promise.all(this.#writing);
    for (const { file } of this.#asked.values()) await file?.close();
  }

  async #finish(content: Incoming): Promise<void> {
    try {
      await this.#write(content);
    } catch (error) {
      // `close` knows only files whose content is still arriving.
      await content.file?.close();
      throw error;
    }
    if (content.file !== undefined) await this.#writer.finishFile(content.entry, content.file);
  }

  async #write(content: Incoming): Promise<void> {
    content.file ??= await this.#writer.create(content.entry);
    const pieces = content.pieces.splice(0);
    content.waiting = 0;
    if (pieces.length > 0) await content.file.writeFile(Buffer.concat(pieces));
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Doesn't wait: a sender that is busy with sending doesn't read, and there are few requests. */
  #askMore(): void {
    while (this.#asked.size < ASKED_AT_ONCE) {
      const next = this.#queue[this.#next];
      if (next === undefined) return;
      this.#next += 1;
      const [id, entry] = next;
      this.#asked.set(id, { entry, pieces: [], waiting: 0, file: undefined });
      // The answers tell of a failure.
      this.#request(id).catch(awaitedElsewhere);
    }
  }
}
