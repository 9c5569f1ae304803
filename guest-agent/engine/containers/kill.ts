import { EngineError } from '../../errors.ts';
import type { Engine } from '../engine.ts';
import { callOffRestart } from './call-off-restart.ts';
import { hasProcess, isActive } from './container.ts';
import { publishContainerEvent } from './event.ts';
import type { LiveContainer } from './live-container.ts';
import { SIGKILL, signalNumber, stopSignal } from './signal.ts';

/**
 * Sends a signal to process 1 of a container; waits for the end when it can't be ignored. Rejects
 * with 'conflict' when the container isn't running.
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
  await callOffRestart(engine, container);
  if (!hasProcess(container.record)) return;
  // These are a wish to end it; other signals leave the restart policy in force.
  if (number === SIGKILL || number === stopSignal(container.record)) container.stopRequested = true;
  const ended = container.nextExit();
  await sendSignal(engine, container, number);
  if (number === SIGKILL) await ended;
}

/** A process that ended in the meantime has nothing more to be told. */
export async function sendSignal(
  engine: Engine,
  container: LiveContainer,
  signal: number,
): Promise<void> {
  const { pid, status } = container.record.state;
  if (pid === 0) return;
  // A frozen process gets its signal only once it is thawed; afterwards there may be none to thaw.
  if (signal === SIGKILL && status === 'paused') await engine.crun.resume(container.id);
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return;
    throw error;
  }
  publishContainerEvent(engine, container.record, 'kill', { signal: String(signal) });
}
