import { type ClientHttp2Session, connect } from 'node:http2';
import type { Duplex } from 'node:stream';
import { endWithPeer } from '../../contract/stream-flow.ts';
import { Health } from '../generated/grpc/health/v1/health_pb.js';
import { callUnary } from '../grpc/client.ts';
import { GrpcError, grpcCode, MAX_HEADER_BLOCK } from '../grpc/status.ts';

/** What a client says about a session when it opens it. */
export interface SessionOffer {
  readonly id: string;
  /** The same for all sessions that send the same directory. Empty if the client doesn't say. */
  readonly sharedKey: string;
  /** Paths of the methods that the client answers. */
  readonly methods: readonly string[];
}

/** A connection on which the engine calls a client, for its files, credentials and secrets. */
export class ClientSession {
  readonly id: string;
  readonly sharedKey: string;
  readonly http2: ClientHttp2Session;
  readonly #methods: ReadonlySet<string>;

  /** The engine takes the role of the HTTP/2 client on `socket`, which the client opened. */
  constructor({ id, sharedKey, methods }: SessionOffer, socket: Duplex) {
    this.id = id;
    this.sharedKey = sharedKey;
    this.#methods = new Set(methods.map((path) => path.toLowerCase()));
    endWithPeer(socket);
    this.http2 = connect('http://localhost', {
      createConnection: () => socket,
      maxSendHeaderBlockLength: MAX_HEADER_BLOCK,
    });
    // A client that exits cuts the connection. Calls report what that interrupts.
    this.http2.on('error', () => this.http2.destroy());
  }

  /** Resolves with any answer of the client. Throws without a connection or an answer. */
  async check(signal: AbortSignal): Promise<void> {
    try {
      await callUnary(this.http2, Health.method.check, {}, signal);
    } catch (error) {
      // Even a client that doesn't know the method has answered.
      if (error instanceof GrpcError && error.code === grpcCode.unimplemented) return;
      throw error;
    }
  }

  /** Whether the client answers the method with this path. */
  has(path: string): boolean {
    return this.#methods.has(path.toLowerCase());
  }
}
