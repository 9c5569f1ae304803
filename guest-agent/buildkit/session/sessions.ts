import type { Duplex } from 'node:stream';
import { EngineError } from '../../errors.ts';
import { Arrivals } from '../arrivals.ts';
import { fallsSilent, livenessTimes } from '../grpc/liveness.ts';
import { GrpcError, grpcCode } from '../grpc/status.ts';
import { ClientSession, type SessionOffer } from './client-session.ts';

/** A build and its session arrive in any order. */
const PATIENCE_MS = 5_000;

/** The sessions that clients hold open. */
export class Sessions {
  readonly #sessions = new Arrivals<ClientSession>();
  readonly #onSilence: (id: string) => void;
  readonly #times: typeof livenessTimes;

  /** `onSilence` is called when a client no longer answers, with the ID of its session. */
  constructor(onSilence: (id: string) => void = () => {}, times = livenessTimes) {
    this.#onSilence = onSilence;
    this.#times = times;
  }

  /** Throws EngineError 'invalid' if a session has no ID, or the ID of an open session. */
  check({ id }: SessionOffer): void {
    if (id === '') throw new EngineError('invalid', 'session ID is required');
    if (this.#sessions.get(id) !== undefined) {
      throw new EngineError('invalid', `session ${id} already exists`);
    }
  }

  /** Keeps a session until its connection is closed, or until the client no longer answers. */
  async serve(offer: SessionOffer, socket: Duplex): Promise<void> {
    this.check(offer);
    const session = new ClientSession(offer, socket);
    const closed = new Promise<void>((resolve) => session.http2.once('close', () => resolve()));
    this.#sessions.set(offer.id, session);
    const over = new AbortController();
    const silence = fallsSilent((signal) => session.check(signal), this.#times, over.signal);
    try {
      const isSilent = await Promise.race([closed.then(() => false), silence]);
      if (isSilent) {
        session.http2.destroy();
        this.#onSilence(offer.id);
        await closed;
      }
    } finally {
      over.abort();
      this.#sessions.delete(offer.id);
    }
  }

  /** Finds a session, which may arrive a little later. Throws GrpcError. */
  async find(id: string, signal: AbortSignal): Promise<ClientSession> {
    const session = await this.#sessions.find(id, PATIENCE_MS, signal);
    if (session !== undefined) return session;
    throw new GrpcError(grpcCode.unknown, `no active session for ${id}: context deadline exceeded`);
  }

  /** The session with this ID if it is open. */
  get(id: string): ClientSession | undefined {
    return this.#sessions.get(id);
  }
}
