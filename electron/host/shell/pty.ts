import { Readable } from 'node:stream';
import type { IPty } from 'node-pty';
import { HostError } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
import type { TerminalSize } from '../engine/containers.ts';

const log = loggerOf('terminal');

/** A program to run on a terminal of the host. */
export interface PtyProgram {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A process with its own terminal. Destroying `output` hangs up. */
export interface Pty {
  readonly output: Readable;
  write(text: string): void;
  resize(size: TerminalSize): void;
  /** Resolves when the process has exited. */
  readonly exitCode: Promise<number>;
}

/** A process that ignores the hang-up is killed after this many milliseconds. */
const graceMs = 3_000;

/**
 * Starts a program on a terminal. Unread output waits in the kernel. Rejects with HostError
 * 'missing-program'.
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
    // Native code, loaded only when a terminal is opened.
    const { spawn } = await import('node-pty');
    const given = { ...env, TERM: 'xterm-256color', COLORTERM: 'truecolor' };
    return spawn(file, [...args], {
      name: 'xterm-256color',
      ...{ cols: size.columns, rows: size.rows, cwd, env: given },
    });
  } catch (cause) {
    throw new HostError('missing-program', `Can't open a terminal for ${file}`, {
      hint: 'Reinstall Berth to restore its terminal support.',
      cause,
    });
  }
}

/** Hangs up like a closing terminal; Windows ends the process immediately. */
function hangUp(pty: IPty, exit: Promise<unknown>): void {
  const end = (signal?: NodeJS.Signals) => {
    try {
      pty.kill(process.platform === 'win32' ? undefined : signal);
    } catch (error) {
      // The process has already exited.
      log.debug('Ending a shell', error);
    }
  };
  end('SIGHUP');
  const timer = setTimeout(() => end('SIGKILL'), graceMs);
  timer.unref();
  void exit.then(() => clearTimeout(timer));
}
