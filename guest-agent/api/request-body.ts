import type { Duplex, Readable } from 'node:stream';
import { ZodObject, type ZodType } from 'zod';
import { EngineError } from '../errors.ts';

/** No document of the API is anywhere near as long. */
const MAX_JSON_BYTES = 8 * 1024 * 1024;

/** Reads one JSON document to its end. An empty body is none, which only some schemas take. */
export async function readJson<T>(body: Readable, schema: ZodType<T>): Promise<T> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_JSON_BYTES) throw new EngineError('invalid', 'request body too large');
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

/** Go takes the names of fields in any case, and there are clients that count on it. */
function inOurCase(document: unknown, schema: ZodType): unknown {
  const isObject = typeof document === 'object' && document !== null && !Array.isArray(document);
  if (!isObject || !(schema instanceof ZodObject)) return document;
  const names = new Map(Object.keys(schema.shape).map((name) => [name.toLowerCase(), name]));
  return Object.fromEntries(
    Object.entries(document).map(([key, value]) => [names.get(key.toLowerCase()) ?? key, value]),
  );
}

/** Docker's words for the two mistakes that have some; the parser's for the others. */
function syntaxError(message: string, text: string): string {
  if (message.startsWith('Unexpected non-whitespace character after JSON')) {
    return 'unexpected content after JSON';
  }
  const position = /at position (\d+)/.exec(message)?.[1];
  const atEnd = position === undefined || Number(position) >= text.length;
  return `invalid JSON: ${atEnd ? 'unexpected EOF' : message}`;
}

/** Throws EngineError 'invalid' when a document says that it is something else than JSON. */
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
 * The body of a request that asks to upgrade: Node leaves it on the socket, in front of what the
 * client sends once the connection is a stream of its own. Returns the body and puts what follows
 * it back.
 */
export async function takeUpgradeBody(
  socket: Duplex,
  head: Buffer,
  length: number,
): Promise<Buffer> {
  if (length > MAX_JSON_BYTES) throw new EngineError('invalid', 'request body too large');
  const chunks = [head];
  let size = head.length;
  while (size < length) {
    const chunk: unknown = socket.read();
    if (Buffer.isBuffer(chunk)) {
      chunks.push(chunk);
      size += chunk.length;
      continue;
    }
    await new Promise<void>((resolve, reject) => {
      const done = (error?: Error) => {
        socket.off('readable', done);
        socket.off('end', ended);
        if (error) reject(error);
        else resolve();
      };
      const ended = () => done(new EngineError('invalid', 'the request ended in its body'));
      socket.once('readable', done);
      socket.once('end', ended);
    });
  }
  const taken = Buffer.concat(chunks);
  const rest = taken.subarray(length);
  if (rest.length > 0) socket.unshift(rest);
  return taken.subarray(0, length);
}
