import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { PeerAnswer } from './peer-answer.ts';
import type { PeerCalls } from './peer-process.ts';

/** How long a call of another process can take. */
const CALL_MS = 20_000;

/** Another process, which makes calls on request. */
export class Peer {
  readonly #child: ChildProcess;
  readonly #ended: Promise<NodeJS.Signals | null>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = once(child, 'exit').then(([, signal]) => signal as NodeJS.Signals | null);
  }

  static async start(): Promise<Peer> {
    const child = fork(join(import.meta.dirname, `peer-process${extension()}`), {
      serialization: 'advanced',
    });
    const peer = new Peer(child);
    await once(child, 'message', { signal: AbortSignal.timeout(CALL_MS) });
    return peer;
  }

  /** Runs one of the calls there. Rejects with the same code. */
  async call<Name extends keyof PeerCalls>(
    name: Name,
    ...words: Parameters<PeerCalls[Name]>
  ): Promise<ReturnType<PeerCalls[Name]>> {
    const answered = once(this.#child, 'message', { signal: AbortSignal.timeout(CALL_MS) });
    this.#child.send([name, ...words]);
    const died = this.#ended.then((signal) => {
      throw Object.assign(new Error(`the process ended with ${signal}`), { code: signal });
    });
    const [{ value, error }] = (await Promise.race([answered, died])) as [PeerAnswer];
    if (error) throw Object.assign(new Error(error.message), { code: error.code });
    return value as ReturnType<PeerCalls[Name]>;
  }

  /** The code of the error, or `succeeded`. */
  async codeOf<Name extends keyof PeerCalls>(
    name: Name,
    ...words: Parameters<PeerCalls[Name]>
  ): Promise<string> {
    return this.call(name, ...words).then(
      () => 'succeeded',
      (error: NodeJS.ErrnoException) => error.code ?? String(error),
    );
  }

  async end(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }
}

/** In an image, the programs are bundled. */
const extension = (): string => (import.meta.filename.endsWith('.ts') ? '.ts' : '.mjs');
