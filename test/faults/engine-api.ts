import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import {
  auditLineSchema,
  type EngineAuditFinding,
} from '../../guest-agent/contract/endpoints/audit.ts';

export interface Answer {
  readonly status: number;
  readonly bytes: Buffer;
}

export interface AskOptions {
  /** Statuses besides success that are all right. */
  readonly accept?: readonly number[];
  /** Milliseconds. */
  readonly deadline?: number;
}

/** No operation takes this long, even on a busy host. */
const DEADLINE = 60_000;

/** The engine's API on a unix socket. */
export class EngineApi {
  readonly socket: string;

  constructor(socket: string) {
    this.socket = socket;
  }

  /** Rejects if the connection breaks, or at the deadline. */
  async ask(
    method: string,
    path: string,
    body?: object | Buffer,
    { deadline = DEADLINE }: AskOptions = {},
  ): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const isTar = Buffer.isBuffer(body);
    const sent = request(
      {
        ...{ socketPath: this.socket, method, path },
        headers: { 'content-type': isTar ? 'application/x-tar' : 'application/json' },
        signal: AbortSignal.timeout(deadline),
      },
      (response) => {
        buffer(response).then(
          (bytes) => resolve({ status: response.statusCode ?? 0, bytes }),
          reject,
        );
      },
    );
    sent.on('error', reject);
    sent.end(isTar || body === undefined ? body : JSON.stringify(body));
    return promise;
  }

  /** Rejects unless the request succeeds. Streams of messages may not contain an error either. */
  async must(
    method: string,
    path: string,
    body?: object | Buffer,
    options: AskOptions = {},
  ): Promise<Answer> {
    const answer = await this.ask(method, path, body, options);
    const { status, bytes } = answer;
    const isFine = (status >= 200 && status < 300) || options.accept?.includes(status);
    const start = bytes.subarray(0, 2000).toString();
    if (!isFine) throw new Error(`${method} ${path}: ${status} ${start}`);
    const failed = /"errorDetail":.*/.exec(bytes.subarray(-2000).toString())?.[0];
    if (failed !== undefined) throw new Error(`${method} ${path}: ${failed}`);
    return answer;
  }

  /** A document. Rejects unless it exists. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look at a few fields of documents.
  async inspect(path: string): Promise<any> {
    return JSON.parse((await this.must('GET', path)).bytes.toString());
  }

  async exists(path: string): Promise<boolean> {
    return (await this.ask('GET', path)).status === 200;
  }

  /** What `berth doctor --deep` finds. */
  async audit(): Promise<EngineAuditFinding[]> {
    const { bytes } = await this.must('GET', '/audit', undefined, { deadline: 300_000 });
    const lines = bytes.toString().split('\n').filter(Boolean);
    return lines.flatMap((line) => {
      const parsed = auditLineSchema.parse(JSON.parse(line));
      return 'Finding' in parsed ? [parsed.Finding] : [];
    });
  }
}
