import type { IncomingMessage } from 'node:http';
import { type Duplex, Readable } from 'node:stream';
import { ZodObject, type ZodType } from 'zod';
import { EngineError } from '../errors.ts';

/** Far more than any document of the API needs. */
const MAX_JSON_BYTES = 8 * 1024 * 1024;

/** Reads one JSON document to its end. Only some schemas accept an empty body. */
export async function readJson<T>(body: Readable, schema: ZodType<T>): Promise<T> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_JSON_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8').trim();
  if (text === '') {
    const none = schema.safeParse(undefined);
    if (none.success) return none.data;
    throw new EngineError('invalid', 'invalid JSON: got EOF while reading request body');
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new EngineError('invalid', syntaxError((cause as Error).message, text), { cause });
  }
  return schema.parse(inOurCase(document ?? {}, schema));
}

/** Go accepts field names in any case, and some clients rely on that. */
function inOurCase(document: unknown, schema: ZodType): unknown {
  const isObject = typeof document === 'object' && document !== null && !Array.isArray(document);
  if (!isObject || !(schema instanceof ZodObject)) return document;
  const names = new Map(Object.keys(schema.shape).map((name) => [name.toLowerCase(), name]));
  return Object.fromEntries(
    Object.entries(document).map(([key, value]) => [names.get(key.toLowerCase()) ?? key, value]),
  );
}

/** Docker's text for the two mistakes for which it has one, the parser's text for others. */
function syntaxError(message: string, text: string): string {
  if (message.startsWith('Unexpected non-whitespace character after JSON')) {
    return 'unexpected content after JSON';
  }
  const position = /at position (\d+)/.exec(message)?.[1];
  const atEnd = position === undefined || Number(position) >= text.length;
  return `invalid JSON: ${atEnd ? 'unexpected EOF' : message}`;
}

/** Throws EngineError 'invalid' if the content type isn't JSON. */
export function checkContentType(header: string | undefined): void {
  if (header === undefined) return;
  const type = header.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    throw new EngineError(
      'invalid',
      `unsupported Content-Type header (${header}): must be 'application/json'`,
    );
  }
}

/**
 * Reads the body of a request that asks to upgrade. Node leaves the body on the socket, before the
 * bytes that the client sends once the connection is a stream. Returns the body and puts those
 * bytes back. Rejects with EngineError 'invalid' if the body is too large or cut short.
 */
export async function takeUpgradeBody(
  socket: Duplex,
  head: Buffer,
  length: number,
): Promise<Buffer> {
  if (length > MAX_JSON_BYTES) throw tooLarge();
  const chunks = [head];
  let taken = head.length;
  while (taken < length) {
    const chunk: unknown = socket.read();
    if (Buffer.isBuffer(chunk)) {
      chunks.push(chunk);
      taken += chunk.length;
    } else await nextReadable(socket);
  }
  const bytes = Buffer.concat(chunks);
  const rest = bytes.subarray(length);
  if (rest.length > 0) socket.unshift(rest);
  return bytes.subarray(0, length);
}

/** Resolves when more bytes can be read. */
async function nextReadable(socket: Duplex): Promise<void> {
  const cutShort = () => new EngineError('invalid', 'the request ended in its body');
  if (socket.destroyed || socket.readableEnded) throw cutShort();
  await new Promise<void>((resolve, reject) => {
    const settle = (settled: () => void) => () => {
      socket.off('readable', more);
      socket.off('end', ended);
      socket.off('close', ended);
      settled();
    };
    const more = settle(resolve);
    const ended = settle(() => reject(cutShort()));
    socket.on('readable', more);
    socket.on('end', ended);
    // A socket that is destroyed early emits 'close' without 'end'.
    socket.on('close', ended);
  });
}

function tooLarge(): EngineError {
  return new EngineError('invalid', 'request body too large');
}

/**
 * A request's body, whose connection outlives a reader that stops early: what no reader has taken is
 * skipped, so that the client can finish and get its answer.
 */
export class RequestBody extends Readable {
  readonly #message: IncomingMessage;
  readonly #take = (chunk: Buffer) => {
    if (!this.push(chunk)) this.#message.pause();
  };

  constructor(message: IncomingMessage) {
    super();
    this.#message = message;
    message.pause();
    message.on('data', this.#take);
    message.on('end', () => this.push(null));
    message.on('error', (error) => this.destroy(error));
    // A reader gets the error. Without one, the error must not end the engine.
    this.on('error', () => {});
    message.on('close', () => {
      if (!message.complete) this.destroy(new Error('the client disconnected'));
    });
  }

  override _read(): void {
    this.#message.resume();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#message.off('data', this.#take);
    this.#message.resume();
    done(error);
  }
}
