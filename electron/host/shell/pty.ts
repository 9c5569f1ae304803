import { Readable } from 'node:stream';
import type { IPty } from 'node-pty';
import { HostError } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
import type { TerminalSize } from '../engine/containers.ts';

const log = loggerOf('terminal');

/** A program to run on a terminal of this computer. */
export interface PtyProgram {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A process with a terminal of its own. Destroying `output` hangs it up. */
export interface Pty {
  readonly output: Readable;
  write(text: string): void;
  resize(size: TerminalSize): void;
  /** Resolves when it has ended. */
  readonly exitCode: Promise<number>;
}

/** What ignores the hang-up is killed after so long, in milliseconds. */
const graceMs = 3_000;

/**
 * Starts a program on a terminal. Its output waits in the kernel while nobody reads. Rejects with
 * HostError 'missing-program'.
 */
export async function openPty(program: PtyProgram, size: TerminalSize): Promise<Pty> {
  const pty = await start(program, size);
  let over = false;
  const exit = Promise.withResolvers<number>();
  const output = new Readable({
    read: () => pty.resume(),
    destroy(error, done) {
      if (!over) hangUp(pty, exit.promise);
      done(error);
    },
  });
  pty.onData((data) => {
    if (!output.push(Buffer.from(data))) pty.pause();
  });
  pty.onExit(({ exitCode }) => {
    over = true;
    exit.resolve(exitCode);
    output.push(null);
  });
  return {
    output,
    write: (text) => over || pty.write(text),
    resize: ({ columns, rows }) => over || pty.resize(columns, rows),
    exitCode: exit.promise,
  };
}

async function start({ file, args, cwd, env }: PtyProgram, size: TerminalSize): Promise<IPty> {
  try {
    // Native code, and only for who opens a terminal.
    const { spawn } = await import('node-pty');
    const given = { ...env, TERM: 'xterm-256color', COLORTERM: 'truecolor' };
    return spawn(file, [...args], {
      name: 'xterm-256color',
      ...{ cols: size.columns, rows: size.rows, cwd, env: given },
    });
  } catch (cause) {
    throw new HostError('missing-program', `A terminal for ${file} cannot be opened`, {
      hint: 'Reinstalling Berth brings back the part that opens terminals.',
      cause,
    });
  }
}

/** As a terminal that is closed does; Windows ends the process at once. */
function hangUp(pty: IPty, exit: Promise<unknown>): void {
  const end = (signal?: NodeJS.Signals) => {
    try {
      pty.kill(process.platform === 'win32' ? undefined : signal);
    } catch (error) {
      // It has ended by itself.
      log.debug('Ending a shell', error);
    }
  };
  end('SIGHUP');
  const timer = setTimeout(() => end('SIGKILL'), graceMs);
  timer.unref();
  void exit.then(() => clearTimeout(timer));
}
