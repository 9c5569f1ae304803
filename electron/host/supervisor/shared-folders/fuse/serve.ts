import type { Duplex } from 'node:stream';
import { linuxError } from '../../../../../guest-agent/contract/fuse/errors.ts';
import { BadFrame, Frames } from '../../../../../guest-agent/contract/fuse/frames.ts';
import {
  answer,
  type Change,
  changesSchema,
  decodeNotice,
  decodeRequest,
  encodeNotice,
  helloSchema,
  isNotice,
  LARGEST_MESSAGE,
  noticeKinds,
  PROTOCOL_VERSION,
  requestFlags,
} from '../../../../../guest-agent/contract/fuse/messages.ts';
import { loggerOf } from '../../../base/log.ts';
import { codeOf } from '../../../base/system-error.ts';
import { answers, changing } from './answers/answers.ts';
import { GivenAnswers } from './given-answers.ts';
import { type ServedFolder, ServedShare } from './served-share.ts';

const log = loggerOf('folders');

/** With more answers than that waiting for the guest, no more requests are read. */
const MOST_WAITING = 16 * LARGEST_MESSAGE;

/**
 * Serves one shared folder to one guest, over one connection after the other. The guest can't reach anything
 * outside of the folder (boundary.ts).
 */
export class FolderServer {
  readonly #share: ServedShare;
  readonly #given = new GivenAnswers();
  #stream: Duplex | undefined;
  /** How many requests of each kind were answered. */
  readonly counts = new Map<number, number>();

  /** Throws the system's error if the folder is missing. */
  constructor(folder: ServedFolder, platform: NodeJS.Platform = process.platform) {
    this.#share = new ServedShare(folder, (changes) => this.#report(changes), platform);
  }

  /** Serves a connection to its end. A new connection takes over from an earlier one. */
  async serve(stream: Duplex): Promise<void> {
    this.#stream?.destroy();
    this.#stream = stream;
    stream.on('error', (error) => log.debug('The connection of a shared folder', error));
    const hello = { version: PROTOCOL_VERSION, session: '' } as const;
    stream.write(encodeNotice(noticeKinds.hello, hello));
    const frames = new Frames(LARGEST_MESSAGE);
    // Every message waits for this, and an iterator would take as long as the work itself.
    stream.on('data', (chunk: Buffer) => this.#takeAll(frames, chunk, stream));
    await new Promise((resolve) => stream.once('end', resolve).once('close', resolve));
    stream.destroy();
    if (this.#stream === stream) this.#stream = undefined;
  }

  /** Closes all files, and ends the connection. */
  close(): void {
    this.#stream?.destroy();
    this.#share.close();
  }

  #takeAll(frames: Frames, chunk: Buffer, stream: Duplex): void {
    stream.cork();
    try {
      for (const message of frames.take(chunk)) this.#take(message, stream);
    } catch (error) {
      if (!(error instanceof BadFrame)) log.error('Serving a folder', error);
      else log.warn('A guest sent an invalid request for files', error);
      stream.destroy();
    } finally {
      stream.uncork();
    }
    if (stream.writableLength <= MOST_WAITING) return;
    stream.pause();
    stream.once('drain', () => stream.resume());
  }

  #take(message: Buffer, stream: Duplex): void {
    if (isNotice(message)) {
      this.#given.begin(decodeNotice(message, noticeKinds.hello, helloSchema).session);
      return;
    }
    const reply = this.#answer(message);
    if (reply && stream.writable) stream.write(reply);
  }

  #answer(message: Buffer): Buffer | undefined {
    const request = decodeRequest(message);
    const { opcode, unique, flags } = request;
    this.counts.set(opcode, (this.counts.get(opcode) ?? 0) + 1);
    const given = flags & requestFlags.again ? this.#given.find(unique) : undefined;
    if (given) return given;
    let reply: Buffer | undefined;
    try {
      const carryOut = answers.get(opcode);
      if (!carryOut) return answer(unique, 0, linuxError('ENOSYS'));
      reply = carryOut(this.#share, request);
    } catch (error) {
      const code = codeOf(error);
      // A fault of this program must not look like one of the disk without a trace.
      if (code === undefined) log.error('Answering a request for shared files', error);
      reply = answer(unique, 0, linuxError(code));
    }
    if (reply && changing.has(opcode)) this.#given.note(unique, reply);
    return reply;
  }

  #report(changes: readonly Change[]): void {
    if (!this.#stream?.writable || changes.length === 0) return;
    this.#stream.write(encodeNotice(noticeKinds.changes, changesSchema.parse(changes)));
  }
}
