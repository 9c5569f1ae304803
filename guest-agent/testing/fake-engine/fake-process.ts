import { appendFileSync, mkdirSync } from 'node:fs';
import { rename, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import type { Attachment, OutputPacket } from '../../runtime/conmon/attach-socket.ts';

type StreamName = OutputPacket['stream'];

/** A program's view of its process. */
export interface ProgramProcess {
  readonly argv: readonly string[];
  /** The name of its container. */
  readonly container: string;
  readonly env: ReadonlyMap<string, string>;
  readonly tty: boolean;
  /** Its root directory on this host. */
  readonly root: string;
  /** Ends immediately if nobody can attach. */
  readonly input: Readable;
  /** The size of its terminal, in characters. */
  readonly size: readonly [columns: number, rows: number];
  /**
   * Handlers by the number of a signal. A process ignores signals without a handler, except
   * SIGKILL.
   */
  readonly handlers: Map<number, () => void>;
  /** Aborts when the process is killed. The program's exit code then doesn't count. */
  readonly killed: AbortSignal;
  write(stream: StreamName, data: string | Buffer): void;
}

/** Runs until it returns the exit code. */
export type Program = (process: ProgramProcess) => number | Promise<number>;

export interface ProcessOptions {
  readonly pid: number;
  readonly argv: readonly string[];
  readonly container: string;
  readonly env: readonly string[];
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly leaveStdinOpen: boolean;
  readonly root: string;
  readonly size: readonly [columns: number, rows: number];
  /** The path of the log. Undefined for no log. */
  readonly log: string | undefined;
  /** The file that reports its exit. */
  readonly exitFile: string;
}

const SIGKILL = 9;

/** In nanoseconds since the epoch. */
let lastLogTime = 0n;

/** The time of a write, in conmon's format. No two writes have the same time. */
function logTime(): string {
  const now = BigInt(Date.now()) * 1_000_000n;
  lastLogTime = now > lastLogTime ? now : lastLogTime + 1n;
  const seconds = new Date(Number(lastLogTime / 1_000_000n)).toISOString().slice(0, 19);
  return `${seconds}.${String(lastLogTime % 1_000_000_000n).padStart(9, '0')}+00:00`;
}

/** A process of a container, which a function in this process simulates. */
export class FakeProcess implements ProgramProcess {
  readonly pid: number;
  readonly argv: readonly string[];
  /** The name of its container. */
  readonly container: string;
  readonly env: ReadonlyMap<string, string>;
  readonly tty: boolean;
  readonly root: string;
  readonly input = new PassThrough();
  readonly handlers = new Map<number, () => void>();
  readonly #options: ProcessOptions;
  readonly #clients = new Set<Readable>();
  readonly #killed = new AbortController();
  readonly #end = Promise.withResolvers<number>();
  #size: readonly [columns: number, rows: number];
  #hasEnded = false;
  readonly startedAt = Date.now();

  constructor(options: ProcessOptions) {
    this.#options = options;
    this.pid = options.pid;
    this.argv = options.argv;
    this.container = options.container;
    this.env = new Map(options.env.map((entry) => entry.split(/=(.*)/s, 2) as [string, string]));
    this.tty = options.tty;
    this.root = options.root;
    this.#size = options.size;
    if (!options.stdin) this.input.end();
    if (options.log !== undefined) {
      mkdirSync(dirname(options.log), { recursive: true });
      appendFileSync(options.log, '');
    }
  }

  get size(): readonly [columns: number, rows: number] {
    return this.#size;
  }

  get killed(): AbortSignal {
    return this.#killed.signal;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Runs the program, and writes its exit code where the engine looks for it. */
  async run(program: Program): Promise<void> {
    const work = Promise.resolve(this).then(program);
    work.catch(() => {});
    const code = await Promise.race([work, this.#end.promise]).catch((error: unknown) => {
      this.write('stderr', `${String(error)}\n`);
      return 1;
    });
    this.#hasEnded = true;
    this.#killed.abort();
    this.input.destroy();
    for (const client of this.#clients) client.push(null);
    const { exitFile } = this.#options;
    const unfinished = join(dirname(exitFile), '.unfinished');
    await writeFile(`${unfinished}.${this.pid}`, String(code));
    // The clock of file times is some milliseconds late.
    await utimes(`${unfinished}.${this.pid}`, new Date(), new Date());
    await rename(`${unfinished}.${this.pid}`, exitFile);
  }

  /** Makes the process exit as if the program had returned this code. */
  exit(code: number): void {
    this.#end.resolve(code);
  }

  signal(number: number): void {
    if (number === SIGKILL) this.exit(128 + SIGKILL);
    else this.handlers.get(number)?.();
  }

  resize(columns: number, rows: number): void {
    this.#size = [columns, rows];
  }

  readonly write = (stream: StreamName, data: string | Buffer): void => {
    if (this.#hasEnded) return;
    const bytes = Buffer.from(this.tty ? String(data).replace(/\r?\n/g, '\r\n') : data);
    const to = this.tty ? 'stdout' : stream;
    this.#keep(to, bytes);
    for (const client of this.#clients) client.push({ stream: to, data: bytes });
  };

  attach(): Attachment {
    const output = new Readable({
      objectMode: true,
      highWaterMark: 1024,
      read() {},
      destroy: (error, done) => {
        this.#clients.delete(output);
        done(error);
      },
    });
    this.#clients.add(output);
    return {
      output,
      write: async (data) => {
        if (this.#hasEnded) throw new Error('the process does not accept input any more');
        const typed = this.tty ? Buffer.from(data.toString().replaceAll('\r', '\n')) : data;
        // A terminal echoes its input.
        if (this.tty) this.write('stdout', typed);
        if (!this.input.writableEnded) this.input.write(typed);
      },
      end: () => {
        if (!this.#options.leaveStdinOpen) this.input.end();
      },
      close: () => void output.destroy(),
    };
  }

  /**
   * conmon's log: a line each, `P` where it isn't a whole one. Lines that conmon reads at once share
   * a time.
   */
  #keep(stream: StreamName, bytes: Buffer): void {
    const { log } = this.#options;
    if (log === undefined || bytes.length === 0) return;
    const lines = bytes.toString('latin1').split(/(?<=\n)/);
    const time = logTime();
    const entries = lines.map((line) => {
      const isWhole = line.endsWith('\n');
      return `${time} ${stream} ${isWhole ? 'F' : 'P'} ${line}${isWhole ? '' : '\n'}`;
    });
    appendFileSync(log, entries.join(''), 'latin1');
  }
}
