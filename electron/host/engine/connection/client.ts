import type { IncomingMessage } from 'node:http';
import type { Duplex, Readable } from 'node:stream';

/**
 * Query values; undefined ones are left out, those of a list sent one by one, objects (filters) as
 * JSON.
 */
export type Query = Record<string, string | number | boolean | object | undefined>;

export interface RequestOptions {
  readonly query?: Query;
  /** Sent as JSON, or as it is when it is a stream. */
  readonly body?: object | Readable;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

/** A connection that stopped being HTTP: attach and exec. Half-closing it ends stdin. */
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
  /** A call whose reply is one JSON document (undefined for an empty reply). */
  json<T>(method: string, path: string, options?: RequestOptions): Promise<T>;
  /** A call whose reply is read as it comes: pull progress, logs, events, archives. */
  stream(method: string, path: string, options?: RequestOptions): Promise<IncomingMessage>;
  /** A call that upgrades to a two-way stream (`Upgrade: tcp`). */
  hijack(path: string, options?: RequestOptions): Promise<HijackedStream>;
}
