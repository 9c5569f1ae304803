import type { ServerResponse } from 'node:http';

type StreamName = 'stdout' | 'stderr';

interface Entry {
  readonly stream: StreamName;
  readonly text: string;
  readonly at: Date;
}

const MULTIPLEXED = 'application/vnd.docker.multiplexed-stream';

/** What a container without a terminal wrote, line by line, and who follows it. */
export class StandInLog {
  readonly #entries: Entry[] = [];
  readonly #followers = new Set<ServerResponse>();
  /** Answers wait for it, as those of an engine that has much to read. */
  held: Promise<void> | undefined;

  write(stream: StreamName, text: string): void {
    const entry = { stream, text, at: new Date() };
    this.#entries.push(entry);
    for (const follower of this.#followers) follower.write(frameOf(entry));
  }

  /** Answers GET /containers/{id}/logs; always with times, as a screen asks for it. */
  async send(response: ServerResponse, query: URLSearchParams, isRunning: boolean): Promise<void> {
    response.writeHead(200, { 'content-type': MULTIPLEXED });
    response.flushHeaders();
    await this.held;
    const since = Number(query.get('since') ?? 0) * 1000;
    const tail = query.get('tail') ?? 'all';
    const recent = this.#entries.filter(({ at }) => at.getTime() >= since);
    const chosen = tail === 'all' ? recent : recent.slice(recent.length - Number(tail));
    response.write(Buffer.concat(chosen.map(frameOf)));
    if (query.get('follow') !== 'true' || !isRunning) {
      response.end();
      return;
    }
    this.#followers.add(response);
    response.on('close', () => this.#followers.delete(response));
  }

  end(): void {
    for (const follower of this.#followers) follower.end();
    this.#followers.clear();
  }
}

/** A frame is a byte for the stream, three zero bytes, the length, and the bytes. */
function frameOf({ stream, text, at }: Entry): Buffer {
  const body = Buffer.from(`${at.toISOString().replace('Z', '000000Z')} ${text}\n`);
  const header = Buffer.alloc(8);
  header.writeUInt8(stream === 'stdout' ? 1 : 2, 0);
  header.writeUInt32BE(body.length, 4);
  return Buffer.concat([header, body]);
}
