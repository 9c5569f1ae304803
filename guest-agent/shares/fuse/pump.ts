import { closeSync } from 'node:fs';
import { BadFrame } from '../../contract/fuse/frames.ts';
import {
  acceptFrom,
  PollSet,
  pollEvents,
  readInto,
  writeFrom,
} from '../../runtime/files/descriptor-calls.ts';
import { Connection } from './connection.ts';
import { KERNEL_BUFFER_BYTES } from './kernel-messages.ts';
import { MountedShare, type ShareEvents } from './mounted-share.ts';

/** A mount, with the socket on which the host connects. */
export interface PumpedMount {
  readonly fuse: number;
  readonly listener: number;
}

const ENODEV = 19;
/** Requests of one mount before the others have their turn. */
const MOST_IN_TURN = 64;
/** With so much waiting for the host, the kernel has to wait too. */
const MOST_WAITING = 32 << 20;
const TICK_MS = 1_000;

interface Pumped extends PumpedMount {
  readonly share: MountedShare;
  connection: Connection | undefined;
  isOver: boolean;
}

/** Where the descriptors of a mount are in the set. */
interface Places {
  readonly mount: Pumped;
  readonly fuse?: number;
  readonly listener?: number;
  readonly connection?: number;
}

/**
 * Passes messages between the kernel and the host, on a thread that does nothing else. It never waits for anything
 * but a message, so it must not touch a mount of its own.
 */
export class Pump {
  readonly #mounts: Pumped[];
  readonly #poll = new PollSet();
  readonly #buffer = Buffer.allocUnsafe(KERNEL_BUFFER_BYTES);
  readonly #log: (message: string, cause?: unknown) => void;

  constructor(
    mounts: readonly PumpedMount[],
    options: {
      readonly session: string;
      readonly repeatingThread: number;
      readonly events: (mount: number) => Omit<ShareEvents, 'reply'>;
      readonly log: (message: string, cause?: unknown) => void;
    },
  ) {
    this.#log = options.log;
    this.#mounts = mounts.map((mount, index) => {
      const reply = (message: Buffer) => this.#reply(mount.fuse, message);
      const events = { ...options.events(index), reply };
      const share = new MountedShare(options.session, options.repeatingThread, events);
      return { ...mount, share, connection: undefined, isOver: false };
    });
  }

  /** Returns when all mounts are gone. */
  run(): void {
    for (let tick = performance.now(); this.#mounts.some(({ isOver }) => !isOver); ) {
      this.#turn();
      if (performance.now() - tick < TICK_MS) continue;
      tick = performance.now();
      for (const { share } of this.#mounts) share.checkDeadlines();
    }
  }

  #turn(): void {
    this.#poll.clear();
    const places = this.#mounts.map((mount): Places => {
      const { fuse, listener, connection, isOver } = mount;
      if (isOver) return { mount };
      const isFull = (connection?.waitingBytes ?? 0) > MOST_WAITING;
      const events = pollEvents.readable | (connection?.wantsToWrite ? pollEvents.writable : 0);
      return {
        mount,
        fuse: this.#poll.add(isFull ? -1 : fuse, pollEvents.readable),
        listener: this.#poll.add(listener, pollEvents.readable),
        ...(connection && { connection: this.#poll.add(connection.fd, events) }),
      };
    });
    this.#poll.wait(TICK_MS);
    const found = (place: number | undefined) =>
      place === undefined ? 0 : this.#poll.found(place);
    for (const { mount, ...place } of places) {
      const onConnection = found(place.connection);
      if (onConnection & pollEvents.writable) mount.connection?.flush();
      if (onConnection & (pollEvents.readable | pollEvents.broken)) this.#receive(mount);
      if (found(place.fuse)) this.#readKernel(mount);
      if (found(place.listener)) this.#accept(mount);
      if (mount.connection?.isOver) this.#disconnect(mount);
    }
  }

  #readKernel(mount: Pumped): void {
    for (let count = 0; count < MOST_IN_TURN; count++) {
      const length = readInto(mount.fuse, this.#buffer);
      if (length === 'later') return;
      if (typeof length === 'number') mount.share.request(this.#buffer.subarray(0, length));
      // Otherwise, the program that asked was killed before the request was read.
      else if (length.errno === ENODEV) {
        this.#end(mount);
        return;
      }
    }
  }

  #receive(mount: Pumped): void {
    const { connection } = mount;
    if (!connection) return;
    try {
      for (const message of connection.receive()) mount.share.receive(message);
    } catch (error) {
      if (!(error instanceof BadFrame)) throw error;
      this.#log('the host sent an invalid message about shared files', error);
      connection.isOver = true;
    }
  }

  #accept(mount: Pumped): void {
    const fd = acceptFrom(mount.listener);
    if (fd === undefined) return;
    mount.connection = new Connection(fd);
    mount.share.connect(mount.connection);
  }

  #disconnect(mount: Pumped): void {
    mount.share.disconnect();
    mount.connection = undefined;
  }

  #reply(fuse: number, message: Buffer): void {
    const moved = writeFrom(fuse, message);
    // ENOENT: the program that asked was killed meanwhile.
    if (typeof moved === 'object' && moved.errno !== 2 && moved.errno !== ENODEV) {
      this.#log(`the kernel refused a reply of ${message.length} bytes: errno ${moved.errno}`);
    }
  }

  /** The mount is gone. */
  #end(mount: Pumped): void {
    mount.isOver = true;
    this.#disconnect(mount);
    closeSync(mount.fuse);
    closeSync(mount.listener);
  }
}
