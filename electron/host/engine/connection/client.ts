import type { IncomingMessage } from 'node:http';
import type { Duplex, Readable } from 'node:stream';

/**
 * Query values. Undefined values are omitted, lists are repeated, objects (filters) become JSON.
 */
export type Query = Record<string, string | number | boolean | object | undefined>;

export interface RequestOptions {
  readonly query?: Query;
  /** Sent as JSON, or unchanged if it is a stream. */
  readonly body?: object | Readable;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

/** An upgraded connection of attach or exec. Half-closing it ends stdin. */
export interface HijackedStream {
  readonly socket: Duplex;
  /** True: raw bytes of a terminal. False: 8-byte framed stdout and stderr. */
  readonly raw: boolean;
}

/**
 * The Docker Engine API over one unix socket or named pipe. Every method rejects with HostError:
 * 'engine' with the API's status and message, 'connection' when nothing answers.
 */
export interface EngineClient {
  /** A call with one JSON document as its reply (undefined for an empty reply). */
  json<T>(method: string, path: string, options?: RequestOptions): Promise<T>;
  /** A call with a streamed reply: pull progress, logs, events, archives. */
  stream(method: string, path: string, options?: RequestOptions): Promise<IncomingMessage>;
  /** A call that upgrades to a two-way stream (`Upgrade: tcp`). */
  hijack(path: string, options?: RequestOptions): Promise<HijackedStream>;
}
