import type { Server, Socket } from 'node:net';
import { DatagramReader, frameDatagram } from '../../contract/datagrams.ts';
import { hostNames, isContainerName } from '../../contract/host-names.ts';
import { hostAddress } from '../host-address.ts';
import { serveHost } from '../host-socket.ts';
import { addressAnswer, failureAnswer, readQuestion } from './message.ts';

export interface HostResolverOptions {
  /** Milliseconds to wait for the host's answer, and for its connection. */
  readonly patienceMs?: number;
  readonly connectPatienceMs?: number;
  /** The host's address for containers. */
  readonly hostAddress?: () => string | undefined;
}

/** Programs repeat a query after five seconds and give up after ten. */
const patienceMs = 8_000;
/** While the VM starts, containers may ask before the host connects. */
const connectPatienceMs = 3_000;
const maximumPending = 4_096;

/** Sends name queries to the host, over the host's connection to the names socket. */
export class HostResolver {
  readonly #options: HostResolverOptions;
  readonly #pending = new Map<number, (answer: Buffer | undefined) => void>();
  #own: ((message: Buffer) => Promise<Buffer | undefined>) | undefined;
  #host: Socket | undefined;
  #connected = Promise.withResolvers<void>();
  #nextId = 0;

  constructor(options: HostResolverOptions = {}) {
    this.#options = options;
  }

  /**
   * Serves the names socket. Both directions carry DNS messages, framed as in
   * contract/datagrams.ts.
   */
  serve(path: string): Promise<Server> {
    return serveHost(path, (connection) => this.#take(connection));
  }

  /**
   * From now on, `own` is asked before the host. It returns undefined for names that it doesn't
   * answer for.
   */
  answerFirst(own: (message: Buffer) => Promise<Buffer | undefined>): void {
    this.#own = own;
  }

  /** The answer to a DNS message. Undefined if the message isn't a query. */
  async ask(message: Buffer): Promise<Buffer | undefined> {
    const question = readQuestion(message);
    if (question === undefined) return undefined;
    const own = await this.#own?.(message);
    if (own !== undefined) return own;
    if (hostNames.includes(question.name) || isContainerName(question.name)) {
      const address = (this.#options.hostAddress ?? hostAddress)();
      return address === undefined ? failureAnswer(message) : addressAnswer(message, address);
    }
    const host = await this.#waitForHost();
    const answer = host && (await this.#askHost(host, message));
    return answer ?? failureAnswer(message);
  }

  async #waitForHost(): Promise<Socket | undefined> {
    if (this.#host === undefined) {
      await within(this.#options.connectPatienceMs ?? connectPatienceMs, this.#connected.promise);
    }
    return this.#host;
  }

  /** All queries share the connection, so each gets a new ID for the host. */
  async #askHost(host: Socket, message: Buffer): Promise<Buffer | undefined> {
    if (this.#pending.size >= maximumPending) return undefined;
    do this.#nextId = (this.#nextId + 1) & 0xffff;
    while (this.#pending.has(this.#nextId));
    const id = this.#nextId;
    const { promise, resolve } = Promise.withResolvers<Buffer | undefined>();
    this.#pending.set(id, resolve);
    try {
      host.write(frameDatagram(withId(message, id)));
      const answer = await within(this.#options.patienceMs ?? patienceMs, promise);
      return answer && withId(answer, message.readUInt16BE(0));
    } finally {
      this.#pending.delete(id);
    }
  }

  async #take(connection: Socket): Promise<void> {
    this.#host = connection;
    this.#connected.resolve();
    const reader = new DatagramReader();
    try {
      for await (const chunk of connection as AsyncIterable<Buffer>) {
        for (const answer of reader.add(chunk)) {
          if (answer.length >= 12) this.#pending.get(answer.readUInt16BE(0))?.(answer);
        }
      }
    } finally {
      // A newer connection may have replaced this one.
      if (this.#host === connection) {
        this.#host = undefined;
        this.#connected = Promise.withResolvers();
        for (const give of this.#pending.values()) give(undefined);
      }
    }
  }
}

function withId(message: Buffer, id: number): Buffer {
  const copy = Buffer.from(message);
  copy.writeUInt16BE(id);
  return copy;
}

async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), milliseconds);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
