import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';

/**
 * A shell in a container that takes one command after the other on its input, as editors keep it
 * open for a whole session. Marks in the output say where a command's output begins and ends.
 */
export class ShellServer {
  readonly #process: ChildProcessWithoutNullStreams;
  #printed = '';

  constructor(process: ChildProcessWithoutNullStreams) {
    this.#process = process;
    process.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#printed += text;
    });
  }

  /** Runs a command, and returns its output and its exit code. */
  async run(command: string): Promise<{ readonly stdout: string; readonly code: number }> {
    const mark = randomUUID();
    this.#process.stdin.write(`echo -n ${mark}; ( ${command} ); echo -n ${mark}$?${mark}\n`);
    const pattern = new RegExp(`${mark}(.*)${mark}(\\d+)${mark}`, 's');
    for (;;) {
      const [, stdout, code] = pattern.exec(this.#printed) ?? [];
      if (stdout !== undefined) {
        this.#printed = '';
        return { stdout, code: Number(code) };
      }
      await once(this.#process.stdout, 'data');
    }
  }

  /** Ends the client without a word to the shell. */
  async kill(): Promise<void> {
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exited;
  }
}
