import { spawn } from 'node:child_process';
import { EngineError } from '../../errors.ts';

export interface MakeIndexOptions {
  /** Program, erofs-utils >= 1.7. */
  readonly mkfs: string;
  /** After this the program is killed: it takes long for layers that are made to take long. */
  readonly deadlineMs?: number;
}

/** Minutes for hundreds of thousands of files on a slow machine. */
const DEADLINE_MS = 15 * 60_000;
const KEPT_OUTPUT = 4096;

/**
 * Makes the EROFS index of a layer from the outline of its tar (see `TarScan`): metadata alone,
 * file data stays in the tar, at the same offsets. Aufs whiteouts become overlayfs ones. Throws
 * EngineError 'invalid' when the program refuses the layer, 'internal' when the program fails.
 */
export async function makeErofsIndex(
  { mkfs, deadlineMs = DEADLINE_MS }: MakeIndexOptions,
  outlinePath: string,
  indexPath: string,
): Promise<void> {
  const { code, signal, said, late } = await run(
    mkfs,
    ['--quiet', '--tar=i', '--aufs', indexPath, outlinePath],
    deadlineMs,
  );
  if (code === 0) return;
  if (/No space left on device/i.test(said)) {
    throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  }
  if (late) {
    throw new EngineError(
      'invalid',
      `failed to register layer: indexing its files took longer than ${deadlineMs / 60_000} minutes`,
    );
  }
  if (code === null) {
    throw new EngineError('internal', `failed to register layer: mkfs.erofs got ${signal}`);
  }
  const reason = said.trim().split('\n').at(-1) || `exit status ${code}`;
  throw new EngineError('invalid', `failed to register layer: mkfs.erofs: ${reason}`);
}

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last that the program wrote on stderr. */
  readonly said: string;
  readonly late: boolean;
}

/** Runs a program in a process group of its own, all of which is killed at the deadline. */
function run(program: string, args: readonly string[], deadlineMs: number): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
    let said = '';
    let late = false;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-KEPT_OUTPUT);
    });
    const timer = setTimeout(() => {
      late = true;
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    }, deadlineMs);
    child.on('error', (cause) => {
      clearTimeout(timer);
      const message = `failed to register layer: can't run ${program}: ${cause.message}`;
      reject(new EngineError('internal', message, { cause }));
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, said, late });
    });
  });
}
