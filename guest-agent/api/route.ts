import type { IncomingMessage } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import type { ZodType } from 'zod';

/** One decoded request. Path parameters have their percent-encoding removed. */
export interface ApiRequest {
  /** The requested API version: from the path (`/v1.41/...`), or the newest. */
  readonly version: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The request, with its headers. */
  readonly message: IncomingMessage;
  /** The request's body. A handler that fails before its end can still answer. */
  readonly body: Readable;
  /** Aborts when the client disconnects. */
  readonly signal: AbortSignal;
  /** Reads the whole body and parses it. Rejects with EngineError 'invalid'. */
  json<T>(schema: ZodType<T>): Promise<T>;
}

/** A handler's answer. Handlers throw errors as EngineError, and `api/status.ts` encodes them. */
export type Reply =
  | { readonly kind: 'empty'; readonly status: number; readonly headers?: Record<string, string> }
  | {
      readonly kind: 'json';
      readonly status: number;
      readonly body: unknown;
      readonly headers?: Record<string, string>;
    }
  | {
      /**
       * Sent as it is produced. The headers go out with the first chunk, so an error before the
       * first chunk is still a proper error reply.
       */
      readonly kind: 'stream';
      readonly contentType: string;
      readonly body: AsyncIterable<Uint8Array | string>;
      readonly headers?: Record<string, string>;
    }
  | {
      /** The connection becomes a two-way byte stream (attach, exec). */
      readonly kind: 'hijack';
      readonly contentType: string;
      readonly run: (socket: Duplex) => Promise<void>;
    }
  | {
      /** The connection becomes HTTP/2. */
      readonly kind: 'http2';
      readonly run: (socket: Duplex) => Promise<void>;
    }
  | {
      /** The same over WebSocket, for clients that request it. */
      readonly kind: 'websocket';
      readonly run: (socket: Duplex) => Promise<void>;
    };

export interface Route {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** path-to-regexp form, without the version: `/containers/:id/json`, `/images/*name/json`. */
  readonly path: string;
  /**
   * Whether callers only watch: all of them, or those that say so. Berth doesn't keep the VM
   * running for them.
   */
  readonly looksOn?: 'always' | 'when-said';
  readonly handle: (request: ApiRequest) => Promise<Reply>;
}

export const json = (body: unknown, status = 200): Reply => ({ kind: 'json', status, body });

export const empty = (status = 204): Reply => ({ kind: 'empty', status });
