import { EngineError } from '../../../errors.ts';
import { killProcesses } from '../../../runtime/cgroup/cgroup.ts';
import { settlesWithin } from '../../../runtime/deadline.ts';
import { killNamed } from '../../../runtime/process/process-state.ts';
import type { Engine } from '../../engine.ts';
import { SIGKILL, signalNumber, stopSignal } from '../process/signal.ts';
import { hasProcess, isActive } from '../record/container.ts';
import { publishContainerEvent } from '../record/event.ts';
import type { LiveContainer } from '../record/live-container.ts';
import { cancelRestart } from './cancel-restart.ts';

/** In milliseconds. */
const DEADLINES = {
  /** For a process to exit after SIGKILL, and for its monitor to report that. */
  report: 10_000,
  /** For all processes of its cgroup to exit. */
  end: 5_000,
  /** For its networks and mounts to be removed. */
  cleanUp: 150_000,
};

/**
 * Sends a signal to process 1 of a container. Waits for the exit if the process can't ignore the
 * signal. Rejects with 'conflict' if the container isn't running.
 */
export async function killContainer(
  engine: Engine,
  container: LiveContainer,
  signal: string,
): Promise<void> {
  const number = signalNumber(signal);
  if (!isActive(container.record)) {
    throw new EngineError('conflict', `container ${container.id} is not running`);
  }
  await cancelRestart(engine, container);
  if (!hasProcess(container.record)) return;
  // These signals mean that the container should stop. Others keep the restart policy in force.
  if (number === SIGKILL || number === stopSignal(container.record)) container.stopRequested = true;
  if (number === SIGKILL) await killRun(engine, container);
  else await sendSignal(engine, container, number);
}

/**
 * Kills a container and resolves once its exit is recorded. If the monitor doesn't report the exit,
 * kills the monitor too, which `watchMonitors` notices. Rejects with EngineError in Docker's words
 * if the kernel can't kill a process, for example one that waits for a disk or a file server.
 */
export async function killRun(
  engine: Engine,
  container: LiveContainer,
  deadlines = DEADLINES,
): Promise<void> {
  const ended = container.nextExit();
  const { record } = container;
  await sendSignal(engine, container, SIGKILL);
  if (await settlesWithin(ended, deadlines.report)) return;
  engine.log(`${record.name} has not exited ${deadlines.report / 1000} s after SIGKILL`);
  if (await killProcesses(record, deadlines.end)) {
    // On a busy VM, the monitor may not have had time to report.
    if (await settlesWithin(ended, deadlines.report)) return;
    await killNamed(record.state.monitorPid, record.id);
    if (await settlesWithin(ended, deadlines.cleanUp)) return;
  }
  throw new EngineError('internal', 'tried to kill container, but did not receive an exit event');
}

/** Puts Docker's words for the purpose of a kill before the reason why it failed. */
export function inVain(purpose: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof EngineError)) throw error;
    throw new EngineError(error.code, `${purpose}: ${error.message}`, { cause: error });
  };
}

/** Does nothing if the process has exited. */
export async function sendSignal(
  engine: Engine,
  container: LiveContainer,
  signal: number,
): Promise<void> {
  const { pid, status } = container.record.state;
  if (pid === 0) return;
  // A frozen process gets its signal only when it is thawed. Afterwards it may be gone.
  if (signal === SIGKILL && status === 'paused') {
    await engine.crun
      .resume(container.id)
      .catch((error) => engine.log(`thawing ${container.id} to kill it`, error));
  }
  try {
    engine.processes.signal(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return;
    throw error;
  }
  publishContainerEvent(engine, container.record, 'kill', { signal: String(signal) });
}
