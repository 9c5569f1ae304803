import { awaitedElsewhere } from '../../host/base/awaited-elsewhere.ts';
import { attachContainer } from '../../host/engine/attach.ts';
import type { EngineClient } from '../../host/engine/connection/client.ts';
import {
  killContainer,
  resizeContainer,
  type WaitCondition,
  waitContainer,
} from '../../host/engine/containers.ts';
import type { CliContext } from '../context.ts';
import { ExitStatus, exitCodes } from '../exit-code.ts';
import { runSession } from '../session/session.ts';
import { proxySignals } from '../session/signal-proxy.ts';
import { followTerminalSize } from '../session/terminal-size.ts';

export type AttachedStream = 'stdin' | 'stdout' | 'stderr';

export interface AttachedRun {
  readonly id: string;
  readonly attach: ReadonlySet<AttachedStream>;
  /** The container has a terminal. */
  readonly tty: boolean;
  readonly detachKeys?: string | undefined;
  /** Signals to this process go to the container. */
  readonly signalProxy: boolean;
  readonly condition: WaitCondition;
  /** Starts the container once nothing of it can be missed any more. */
  readonly start: () => Promise<void>;
}

/**
 * Attaches to a container, starts it, and passes streams, signals and the terminal's size on until
 * it ends. Answers its exit code; 0 when the user detached.
 */
export async function runAttached(
  context: CliContext,
  engine: EngineClient,
  run: AttachedRun,
): Promise<number> {
  const { id, attach, tty, detachKeys } = run;
  const stream = await attachContainer(engine, id, {
    stdin: attach.has('stdin'),
    stdout: attach.has('stdout'),
    stderr: attach.has('stderr'),
    ...(detachKeys ? { detachKeys } : {}),
  });
  const cleanups: (() => void)[] = [() => stream.socket.destroy()];
  const impatience = Promise.withResolvers<never>();
  awaitedElsewhere(impatience.promise);
  try {
    const wait = await waitContainer(engine, id, run.condition);
    const session = runSession(context, { stream, tty, stdin: attach.has('stdin'), detachKeys });
    // Looked at below, unless the start fails first.
    awaitedElsewhere(session);
    if (run.signalProxy) {
      const send = (signal: NodeJS.Signals) => killContainer(engine, id, signal);
      const leave = () =>
        impatience.reject(
          new ExitStatus(exitCodes.failure, 'got 3 SIGTERM/SIGINTs, forcefully exiting'),
        );
      cleanups.push(proxySignals(context.signals, send, leave));
    }
    try {
      await Promise.race([run.start(), impatience.promise]);
    } catch (error) {
      stream.socket.destroy();
      // Brings the terminal's mode back before the error is told.
      await Promise.allSettled([session]);
      throw error;
    }
    if (tty) {
      const resize = resizeContainer.bind(undefined, engine, id);
      cleanups.push(followTerminalSize(context.stdout, resize));
    }
    if ((await Promise.race([session, impatience.promise])) === 'detached') {
      context.stderr.write('read escape sequence\n');
      return 0;
    }
    return await Promise.race([wait.exitCode, impatience.promise]);
  } finally {
    for (const cleanup of cleanups) cleanup();
  }
}
