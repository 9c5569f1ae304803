import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import * as z from 'zod';
import { programs } from '../image/program-paths.ts';
import { type Operation, type Outcome, type ViewEntry, viewEntry } from './operation.ts';

/** How long an answer can take. */
const ANSWER_MS = 120_000;

/** A process that performs operations in a folder: on this system, or in a container. */
export class Side {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #lines: Interface;

  private constructor(name: string, child: ChildProcess, lines: Interface) {
    this.name = name;
    this.#child = child;
    this.#lines = lines;
  }

  static start(name: string, folder: string, within?: readonly string[]): Side {
    const [program = '', ...words] = within
      ? [...within, programs.node, programs.files]
      : [process.execPath, join(import.meta.dirname, '../main.ts')];
    const child = spawn(program, [...words, 'act', '--directory', folder], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    if (!child.stdout) throw new Error('no pipe');
    return new Side(name, child, createInterface({ input: child.stdout }));
  }

  async perform(operations: readonly Operation[]): Promise<Outcome[]> {
    return z.array(z.string()).parse(await this.#ask({ operations }));
  }

  async view(): Promise<ViewEntry[]> {
    return z.array(viewEntry).parse(await this.#ask({ view: true }));
  }

  async #ask(question: unknown): Promise<unknown> {
    const answered = once(this.#lines, 'line', { signal: AbortSignal.timeout(ANSWER_MS) });
    this.#child.stdin?.write(`${JSON.stringify(question)}\n`);
    const [line] = (await answered) as [string];
    return JSON.parse(line);
  }

  async stop(): Promise<void> {
    this.#child.stdin?.end();
    if (this.#child.exitCode === null) await once(this.#child, 'exit');
  }
}
