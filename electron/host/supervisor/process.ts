import { logError } from '../base/log.ts';
import { surviveFaults } from '../base/process-faults.ts';
import { runSupervisor, type SupervisorOptions } from './supervisor.ts';

/**
 * Runs a background process as this whole process: permissions, signals, message to the parent,
 * exit.
 */
export async function superviseProcess(
  options: Pick<SupervisorOptions, 'home' | 'name' | 'driver' | 'idleCheckMs'>,
): Promise<never> {
  // All files created here are owner-only.
  process.umask(0o077);
  const ending = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => ending.abort());
  surviveFaults();
  try {
    await runSupervisor({
      ...options,
      signal: ending.signal,
      onReady() {
        // Absent if started by hand; closed if the parent didn't wait.
        if (process.connected) process.send?.('ready', () => process.disconnect?.());
      },
    });
  } catch (error) {
    logError(`Berth's background process failed`, error);
    process.exit(1);
  }
  process.exit(0);
}
