import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import * as z from 'zod';

/** What an engine answered, read to the end. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

const messageSchema = z.object({ message: z.string() });

/** A client of the Engine API that hides nothing: what is sent and answered is what a case says. */
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

  /** A call that must be answered with `status`; its document by a schema. */
  async expect<T>(
    schema: z.ZodType<T>,
    status: number,
    ...[method, path, body]: Parameters<SuiteClient['call']>
  ): Promise<T> {
    const answer = await this.call(method, path, body);
    if (answer.status !== status) {
      throw new Error(`${method} ${path}: ${answer.status} in place of ${status}: ${answer.text}`);
    }
    return schema.parse(answer.text.trim() === '' ? undefined : JSON.parse(answer.text));
  }

  /** A call that must be refused; answers its status and message. */
  async refusal(...words: Parameters<SuiteClient['call']>): Promise<[number, string]> {
    const { status, text: said } = await this.call(...words);
    return [status, said === '' ? '' : messageSchema.parse(JSON.parse(said)).message];
  }

  /** The bytes of an answer. */
  async bytes(path: string): Promise<Buffer> {
    return buffer(await this.open('GET', path));
  }

  /** An answer that is read as it comes. */
  async open(method: string, path: string, body?: unknown): Promise<IncomingMessage> {
    const sent = request({
      ...{ socketPath: this.#socket, method, path },
      headers: body === undefined ? {} : { 'content-type': contentType(body) },
    });
    sent.end(body === undefined || body instanceof Buffer ? body : JSON.stringify(body));
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return response;
  }

  /** A connection that has become a stream. */
  async hijack(path: string, body?: object): Promise<Duplex> {
    // Docker takes a body that it doesn't expect for input.
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

/** The text of the frames of a multiplexed stream, by stream. */
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

/** Milliseconds until a case gives up waiting. */
export const PATIENCE = 60_000;

/** Reads a stream until its text has what is looked for. */
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
