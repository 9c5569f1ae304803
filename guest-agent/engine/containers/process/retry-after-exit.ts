import { settlesWithin } from '../../../runtime/deadline.ts';
import type { Engine } from '../../engine.ts';
import type { LiveContainer } from '../record/live-container.ts';

/** The end of a process is noted once what its run needed has been cleared away. */
const NOTED_WITHIN_MS = 30_000;

/**
 * Tries something that needs a container's process. When the process ends at that moment, what is
 * tried fails in the words of the runtime or the kernel. It is then tried again once the engine has
 * noted the end, and does or says what is right for a container that doesn't run. `attempt` looks
 * at the container's state each time, and takes its lock itself.
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
