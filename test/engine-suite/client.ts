import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import * as z from 'zod';

/** A complete answer of an engine. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

const messageSchema = z.object({ message: z.string() });

/** A plain client of the Engine API: each case sees exactly what is sent and answered. */
export class SuiteClient {
  readonly #socket: string;

  constructor(socket: string) {
    this.#socket = socket;
  }

  async call(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await this.open(method, path, body);
    const { statusCode = 0, headers } = response;
    return { status: statusCode, headers, text: await text(response) };
  }

  /** Expects an answer with `status`, and parses its document. */
  async expect<T>(
    schema: z.ZodType<T>,
    status: number,
    ...[method, path, body]: Parameters<SuiteClient['call']>
  ): Promise<T> {
    const answer = await this.call(method, path, body);
    if (answer.status !== status) {
      throw new Error(`${method} ${path}: ${answer.status} instead of ${status}: ${answer.text}`);
    }
    return schema.parse(answer.text.trim() === '' ? undefined : JSON.parse(answer.text));
  }

  /** Expects an error, and returns its status and message. */
  async refusal(...words: Parameters<SuiteClient['call']>): Promise<[number, string]> {
    const { status, text: said } = await this.call(...words);
    return [status, said === '' ? '' : messageSchema.parse(JSON.parse(said)).message];
  }

  /** Reads an answer as bytes. */
  async bytes(path: string): Promise<Buffer> {
    return buffer(await this.open('GET', path));
  }

  /** Returns an answer as a stream. */
  async open(method: string, path: string, body?: unknown): Promise<IncomingMessage> {
    const sent = request({
      ...{ socketPath: this.#socket, method, path },
      headers: body === undefined ? {} : { 'content-type': contentType(body) },
    });
    sent.end(body === undefined || body instanceof Buffer ? body : JSON.stringify(body));
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return response;
  }

  /** Upgrades a connection to a raw stream. */
  async hijack(path: string, body?: object): Promise<Duplex> {
    // Docker treats an unexpected body as input.
    const text = body ? JSON.stringify(body) : '';
    const sent = request({
      ...{ socketPath: this.#socket, method: 'POST', path },
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        'content-length': Buffer.byteLength(text),
        connection: 'Upgrade',
        upgrade: 'tcp',
      },
    });
    sent.end(text);
    const refused = once(sent, 'response').then(async ([response]) => {
      throw new Error(`${path}: ${response.statusCode}`);
    });
    const [, socket, head] = (await Promise.race([once(sent, 'upgrade'), refused])) as [
      IncomingMessage,
      Duplex,
      Buffer,
    ];
    refused.catch(() => {});
    if (head.length > 0) socket.unshift(head);
    return socket;
  }
}

const contentType = (body: unknown) =>
  body instanceof Buffer ? 'application/x-tar' : 'application/json';

/** Splits a multiplexed stream into stdout and stderr. */
export function framesOf(bytes: Buffer): { stdout: string; stderr: string } {
  const texts = { stdout: '', stderr: '' };
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at + 4);
    const stream = bytes[at] === 2 ? 'stderr' : 'stdout';
    texts[stream] += bytes.toString('utf8', at + 8, at + 8 + length);
    at += 8 + length;
  }
  return texts;
}

/** How long a case waits, in milliseconds. */
export const PATIENCE = 60_000;

/** Reads a stream until its text contains `wanted`. */
export async function readUntil(stream: Duplex | IncomingMessage, wanted: string): Promise<string> {
  let said = '';
  const timer = setTimeout(() => stream.destroy(), PATIENCE);
  try {
    for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
      said += chunk;
      if (said.includes(wanted)) return said;
    }
  } catch (cause) {
    throw new Error(`the stream broke without ${JSON.stringify(wanted)}: ${said}`, { cause });
  } finally {
    clearTimeout(timer);
  }
  throw new Error(`the stream ended without ${JSON.stringify(wanted)}: ${said}`);
}
