import { timestampNow } from '@bufbuild/protobuf/wkt';
import { redacted } from '../../build/git/redacted.ts';
import type { OutputPacket } from '../../runtime/conmon/attach-socket.ts';
import { sha256 } from '../../store/digest.ts';
import type { StatusLog } from './status-log.ts';

/** As BuildKit: clients, and the engine's memory, are for output that people read. */
const MAX_OUTPUT_BYTES = 2 << 20;

const UPDATE_INTERVAL_MS = 150;

const fileDescriptors = { stdout: 1n, stderr: 2n };

/** Where steps are shown: the build, or a part of it. */
export interface Steps {
  /** Begins a step. `inputs` are the digests of the steps before it. */
  vertex(name: string, inputs?: readonly string[]): Vertex;
  /** The digest of the step that loads a context. An empty name means the build's own context. */
  sourceStep(name: string): string | undefined;
}

/** One step of a build, as clients show it with its output and its time. */
export class Vertex {
  readonly digest: string;
  readonly #name: string;
  readonly #inputs: readonly string[];
  readonly #log: StatusLog;
  readonly #started = timestampNow();
  isCached = false;
  #outputBytes = 0;
  #isOver = false;

  constructor(log: StatusLog, id: string, name: string, inputs: readonly string[] = []) {
    this.digest = sha256(Buffer.from(`${id} ${name}`));
    this.#name = redacted(name);
    this.#inputs = inputs;
    this.#log = log;
    this.#report({});
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  output(stream: OutputPacket['stream'], data: Uint8Array): void {
    if (this.#outputBytes > MAX_OUTPUT_BYTES) return;
    const room = MAX_OUTPUT_BYTES - this.#outputBytes;
    this.#outputBytes += data.length;
    const clipped = Buffer.from('[output clipped, log limit 2MiB reached]\n');
    const msg = data.length <= room ? data : Buffer.concat([data.subarray(0, room), clipped]);
    const log = { vertex: this.digest, stream: fileDescriptors[stream], msg };
    this.#log.append({ logs: [{ ...log, timestamp: timestampNow() }] });
  }

  /** A line below the step, such as a file that is transferred. */
  line(ID: string): StepLine {
    return new StepLine(this.#log, this.digest, ID);
  }

  complete({ cached = false } = {}): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.isCached = cached;
    this.#report({ cached, completed: timestampNow() });
  }

  fail(error: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#report({ completed: timestampNow(), error: redacted(error) });
  }

  #report(how: { cached?: boolean; completed?: ReturnType<typeof timestampNow>; error?: string }) {
    const vertex = { digest: this.digest, name: this.#name, started: this.#started };
    const inputs = [...this.#inputs];
    this.#log.append({ vertexes: [{ ...vertex, inputs, ...how }] });
  }
}

/** A part of a step with its own progress. */
export class StepLine {
  readonly #log: StatusLog;
  #reported = Date.now();
  readonly #line: { ID: string; vertex: string; started: ReturnType<typeof timestampNow> };

  constructor(log: StatusLog, vertex: string, ID: string) {
    this.#log = log;
    this.#line = { ID, vertex, started: timestampNow() };
  }

  /** Clients draw some times a second, and every update is kept for clients that come late. */
  update(current: number, total = 0): void {
    if (Date.now() - this.#reported < UPDATE_INTERVAL_MS) return;
    this.#reported = Date.now();
    this.#report(current, total, {});
  }

  complete(current = 0, total = 0): void {
    this.#report(current, total, { completed: timestampNow() });
  }

  #report(current: number, total: number, how: { completed?: ReturnType<typeof timestampNow> }) {
    const numbers = { current: BigInt(current), total: BigInt(total) };
    const status = { ...this.#line, ...numbers, ...how, timestamp: timestampNow() };
    this.#log.append({ statuses: [status] });
  }
}
