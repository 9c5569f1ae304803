import { awaitedElsewhere } from '../../host/base/awaited-elsewhere.ts';
import { HostError } from '../../host/base/errors.ts';
import { kill, stop } from '../../host/compose/apply/lifecycle.ts';
import { followExits } from '../../host/compose/exits.ts';
import { shortName } from '../../host/compose/logs.ts';
import type { EngineClient } from '../../host/engine/connection/client.ts';
import { type CliContext, printLine } from '../context.ts';
import { exitCodes } from '../exit-code.ts';
import { onInterruption } from '../session/interruption.ts';
import { printEvents } from './run-with-progress.ts';
import { type ShownLogs, showLogs } from './show-logs.ts';

export interface AttachedUp {
  readonly project: string;
  /** The services whose containers stop at the end: not those of unnamed dependencies. */
  readonly services: ReadonlySet<string>;
  /** The services whose exits count. */
  readonly watched: ReadonlySet<string>;
  /** The services whose logs are shown. */
  readonly shown: readonly string[];
  /** The engine's time before `up`, RFC 3339. */
  readonly since: string;
  /** When the exit of one container stops all of them. */
  readonly abortOn: 'exit' | 'failure' | undefined;
  /** The service whose first exit code counts. The default is the one that stops all. */
  readonly exitCodeFrom: string | undefined;
  /** Seconds before SIGKILL. */
  readonly timeout: number | undefined;
  readonly logs: Pick<ShownLogs, 'bare' | 'timestamps' | 'color'>;
  /** Follows files meanwhile. Containers that have exited may then start again. */
  readonly watch?: ((signal: AbortSignal) => Promise<void>) | undefined;
}

/**
 * Shows the logs and exits of a project's containers until none of them runs, or with `watch` until
 * Ctrl-C. The first Ctrl-C stops them, the second kills them. Returns the exit code.
 */
export async function followUp(
  context: CliContext,
  engine: EngineClient,
  up: AttachedUp,
): Promise<number> {
  const { project } = up;
  const over = new AbortController();
  const services = [...up.services];
  const ending: Promise<void>[] = [];
  const failure = Promise.withResolvers<never>();
  awaitedElsewhere(failure.promise);
  let exitCode = 0;
  const end = (how: 'stop' | 'kill') => {
    const verb = how === 'stop' ? stop : kill('SIGKILL');
    const { timeout } = up;
    const options = { services, known: services, ...(timeout !== undefined && { timeout }) };
    const { signal } = new AbortController();
    const work = verb(engine, project, options, printEvents(context), signal);
    // Containers that are gone already need no end.
    const ended = how === 'kill' ? work.catch(unlessGone) : work;
    ended.then(() => up.watch && over.abort()).catch(failure.reject);
    ending.push(ended);
  };
  let interruptions = 0;
  using _ = onInterruption(context.signals, () => {
    interruptions++;
    exitCode = exitCodes.interrupted;
    if (interruptions === 1) {
      printLine(context, 'Gracefully Stopping... press Ctrl+C again to force');
      end('stop');
    } else if (interruptions === 2) end('kill');
    else failure.reject(new HostError('cancelled', 'cancelled; containers may still be running'));
  });
  let isAborted = false;
  let isCodeKnown = false;
  try {
    // Without the output of earlier runs.
    const since = up.since;
    const logs = { services: up.shown, known: up.shown, follow: true, since, ...up.logs };
    const showing =
      up.shown.length === 0
        ? Promise.resolve()
        : showLogs(context, engine, project, logs, over.signal);
    const exits = followExits(
      engine,
      project,
      { services: up.watched, since, goesOn: up.watch !== undefined },
      ({ service, container, exitCode: code, isRestarting }) => {
        const note = isRestarting ? ' (restarting)' : '';
        printLine(context, `${shortName(container, project)} exited with code ${code}${note}`);
        if (interruptions > 0) return;
        if (service === up.exitCodeFrom && !isCodeKnown) {
          isCodeKnown = true;
          exitCode = code;
        }
        const aborts = up.abortOn === 'exit' || (up.abortOn === 'failure' && code !== 0);
        if (!aborts || isAborted) return;
        isAborted = true;
        if (up.exitCodeFrom === undefined) exitCode = code;
        context.stderr.write('Aborting on container exit...\n');
        end('stop');
      },
      over.signal,
    );
    up.watch?.(over.signal).catch(failure.reject);
    await Promise.race([exits, showing.then(() => exits), failure.promise]);
    await Promise.all(ending);
    over.abort();
    await showing;
    return exitCode;
  } finally {
    over.abort();
  }
}

function unlessGone(error: unknown): void {
  const { status } = error instanceof HostError ? error : {};
  if (status !== 404 && status !== 409) throw error;
}
