import {
  auditLineSchema,
  type EngineAuditFinding,
} from '../../guest-agent/contract/endpoints/audit.ts';
import { type Answer, ask } from '../fixtures/ask.ts';

export interface AskOptions {
  /** Statuses besides success that are all right. */
  readonly accept?: readonly number[];
  /** Milliseconds. */
  readonly deadline?: number;
}

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
    { deadline }: AskOptions = {},
  ): Promise<Answer> {
    return ask(this.socket, {
      ...{ method, path },
      ...(body !== undefined && { body }),
      ...(deadline !== undefined && { deadline }),
    });
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
