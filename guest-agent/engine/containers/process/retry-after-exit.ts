import { settlesWithin } from '../../../runtime/deadline.ts';
import type { Engine } from '../../engine.ts';
import type { LiveContainer } from '../record/live-container.ts';

/** An exit is recorded once everything that the run needed is cleaned up. */
const NOTED_WITHIN_MS = 30_000;

/**
 * Tries something that needs a container's process. If the process exits at that moment, the
 * attempt fails in the words of the runtime or the kernel. It is then repeated once the engine has
 * recorded the exit, and acts as for a stopped container. `attempt` reads the container's state
 * each time and takes its lock.
 */
export async function retryAfterExit<T>(
  engine: Engine,
  container: LiveContainer,
  attempt: () => Promise<T>,
): Promise<T> {
  for (;;) {
    const { pid } = container.record.state;
    try {
      return await attempt();
    } catch (error) {
      if (pid === 0 || !(await engine.processes.hasEnded(pid))) throw error;
      if (
        container.record.state.pid === pid &&
        !(await settlesWithin(container.nextExit(), NOTED_WITHIN_MS))
      )
        throw error;
    }
  }
}
