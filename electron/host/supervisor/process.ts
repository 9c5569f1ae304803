import { logError } from '../base/log.ts';
import { surviveFaults } from '../base/process-faults.ts';
import { runSupervisor, type SupervisorOptions } from './supervisor.ts';

/** Runs a supervisor as this whole process: rights, signals, word to the parent, exit. */
export async function superviseProcess(
  options: Pick<SupervisorOptions, 'home' | 'name' | 'driver' | 'idleCheckMs'>,
): Promise<never> {
  // Whatever is made here is its owner's alone.
  process.umask(0o077);
  const ending = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => ending.abort());
  surviveFaults();
  try {
    await runSupervisor({
      ...options,
      signal: ending.signal,
      onReady() {
        // Absent when started by hand; gone when the parent did not wait.
        if (process.connected) process.send?.('ready', () => process.disconnect?.());
      },
    });
  } catch (error) {
    logError('The supervisor ends', error);
    process.exit(1);
  }
  process.exit(0);
}
