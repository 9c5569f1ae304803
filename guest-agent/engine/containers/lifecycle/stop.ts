import { EngineError } from '../../../errors.ts';
import { settlesWithin } from '../../../runtime/deadline.ts';
import type { Engine } from '../../engine.ts';
import { SIGKILL, signalNumber, stopSignal } from '../process/signal.ts';
import { hasProcess, isActive } from '../record/container.ts';
import { publishContainerEvent } from '../record/event.ts';
import type { LiveContainer } from '../record/live-container.ts';
import { stoppedByMachine } from '../record/transitions.ts';
import { cancelRestart } from './cancel-restart.ts';
import { inVain, killRun, sendSignal } from './kill.ts';
import { unpauseContainer } from './pause.ts';
import { startContainer } from './start.ts';

/** Seconds between the stop signal and SIGKILL. */
const DEFAULT_TIMEOUT = 10;

export interface StopOptions {
  readonly signal?: string;
  /** In seconds. Negative means no limit. */
  readonly timeout?: number;
}

/**
 * Sends the stop signal, and SIGKILL after the timeout. Resolves once the container has exited and
 * is cleaned up. Rejects with 'not-modified' if it isn't running.
 */
export async function stopContainer(
  engine: Engine,
  container: LiveContainer,
  options: StopOptions = {},
): Promise<void> {
  const signal = options.signal ? signalNumber(options.signal) : stopSignal(container.record);
  if (!isActive(container.record)) {
    throw new EngineError('not-modified', 'container already stopped');
  }
  // A restart policy may start one more run before it notices this stop. Then that run is stopped
  // too.
  do {
    await cancelRestart(engine, container);
    if (hasProcess(container.record)) await endRun(engine, container, signal, options);
  } while (isActive(container.record));
  publishContainerEvent(engine, container.record, 'stop');
}

async function endRun(
  engine: Engine,
  container: LiveContainer,
  signal: number,
  options: StopOptions,
): Promise<void> {
  const { record } = container;
  const timeout = options.timeout ?? record.config.StopTimeout ?? DEFAULT_TIMEOUT;
  container.stopRequested = true;
  const kill = () =>
    killRun(engine, container).catch(inVain(`cannot stop container: ${record.name}`));
  if (signal === SIGKILL) return kill();
  const ended = container.nextExit();
  // A frozen process would get the signal only once it is thawed.
  if (record.state.status === 'paused') {
    await unpauseContainer(engine, container).catch((error) => {
      // A process that has exited meanwhile doesn't need to be thawed.
      if (container.record.state.status === 'paused') throw error;
    });
  }
  await sendSignal(engine, container, signal);
  if (timeout < 0) await ended;
  else if (!(await settlesWithin(ended, timeout * 1000))) await kill();
}

/** Stops the container if it runs, then starts it. */
export async function restartContainer(
  engine: Engine,
  container: LiveContainer,
  options: StopOptions = {},
): Promise<void> {
  try {
    await stopContainer(engine, container, options);
  } catch (error) {
    if (!(error instanceof EngineError && error.code === 'not-modified')) throw error;
  }
  await startContainer(engine, container);
  publishContainerEvent(engine, container.record, 'restart');
}

/** Stops all containers when the VM shuts down. Restart policies start them with the VM. */
export async function stopForShutdown(engine: Engine): Promise<void> {
  await Promise.all(
    engine.containers
      .all()
      .filter(({ record }) => hasProcess(record))
      .map(async (container) => {
        const { state } = container.record;
        try {
          await stopContainer(engine, container);
          await container.lock.run(async () => {
            // `--rm` has removed the container. Saving would bring its record back.
            if (engine.containers.find(container.id) !== container) return;
            await engine.containers.save(container, stoppedByMachine(container.record, state));
          });
        } catch (error) {
          engine.log(`stopping ${container.record.name}`, error);
        }
      }),
  );
}
