import { loggerOf, logTo } from '../base/log.ts';
import { fileLog } from '../base/log-file.ts';
import { surviveFaults } from '../base/process-faults.ts';
import { machinePaths } from '../home/paths.ts';
import { describeProgram } from '../machine/program.ts';
import { reportReady } from './report-ready.ts';
import { runSupervisor, type SupervisorOptions } from './supervisor.ts';

const log = loggerOf('supervisor');

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
  logTo(fileLog(machinePaths(options.home, options.name).supervisorLog), 'supervisor');
  surviveFaults();
  try {
    await runSupervisor({
      ...options,
      ...(process.argv[1] && { program: await describeProgram(process.argv[1]) }),
      signal: ending.signal,
      onReady() {
        reportReady(process);
      },
    });
  } catch (error) {
    log.error(`Berth's background process failed`, error);
    process.exit(1);
  }
  process.exit(0);
}
