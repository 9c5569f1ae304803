import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EngineError, ifMissing } from '../errors.ts';
import type { OutputPacket } from './conmon/attach-socket.ts';
import { crunPath, type OciRuntime, runtimeArguments } from './crun.ts';
import type { Directories } from './directories.ts';
import { setOomScoreAdj } from './process/oom-score.ts';

/** How often to try to kill a container that crun may still be creating. */
const KILL_INTERVAL_MS = 100;

/** After failures to kill a container, the interval grows up to this. */
const LONGEST_KILL_INTERVAL_MS = 5000;

/** What runs the container. */
interface Foreground {
  readonly directories: Directories;
  readonly crun: Pick<OciRuntime, 'delete'>;
  readonly log: (message: string, cause?: unknown) => void;
  /** The program that is crun. Tests replace it. */
  readonly program?: string;
}

/**
 * Runs the container whose bundle is written until its process ends, without a monitor: if the agent
 * is killed, nobody reads the output any more. Yields the output, and returns the exit code. When the
 * signal aborts, kills the container first and then rejects.
 */
export async function* runForeground(
  { directories, crun, log: tell, program = crunPath }: Foreground,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<OutputPacket, number> {
  signal.throwIfAborted();
  const bundle = directories.bundle(id);
  const log = join(bundle, 'crun.log');
  const child = spawn(
    program,
    [...runtimeArguments(directories), `--log=${log}`, 'run', '--bundle', bundle, id],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  setOomScoreAdj(child.pid, 0);
  let wake = () => {};
  const packets: OutputPacket[] = [];
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].on('data', (data: Buffer) => {
      packets.push({ stream, data });
      wake();
    });
  }
  let end: { readonly code: number } | { readonly error: Error } | undefined;
  const ended = (how: typeof end) => {
    end ??= how;
    wake();
  };
  child.on('error', (cause) =>
    ended({ error: new EngineError('internal', `can't run crun: ${cause.message}`, { cause }) }),
  );
  child.on('close', (code) => ended({ code: code ?? 137 }));
  const stop = () => wake();
  signal.addEventListener('abort', stop);
  try {
    for (;;) {
      signal.throwIfAborted();
      const packet = packets.shift();
      if (packet !== undefined) yield packet;
      else if (end === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      } else if ('error' in end) throw end.error;
      else return await exitCode(end.code, log);
    }
  } finally {
    signal.removeEventListener('abort', stop);
    // Has no deadline: the caller removes the container's files, which must not happen while it runs.
    for (let interval = KILL_INTERVAL_MS; end === undefined; ) {
      await crun.delete(id).catch((error) => {
        if (interval === KILL_INTERVAL_MS) tell(`killing ${id}, which is tried again`, error);
        interval = Math.min(interval * 2, LONGEST_KILL_INTERVAL_MS);
      });
      await waitFor(child, interval);
    }
  }
}

async function waitFor(child: ChildProcess, milliseconds: number): Promise<void> {
  const waited = new AbortController();
  await Promise.race([
    once(child, 'close', waited),
    delay(milliseconds, undefined, waited),
  ]).finally(() => waited.abort());
}

/**
 * If the command couldn't start, crun's text is in the output and in its log, and the code is 1, as
 * with runc. crun has other codes.
 */
async function exitCode(code: number, log: string): Promise<number> {
  if (code === 0) return code;
  const said = await readFile(log, 'utf8').catch(ifMissing(''));
  return said.trim() === '' ? code : 1;
}
