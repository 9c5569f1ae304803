import { randomBytes } from 'node:crypto';
import { formatDuration } from '../../../grammar/duration.ts';
import type { Attachment, OutputPacket } from '../../../runtime/conmon/attach-socket.ts';
import { settlesWithin } from '../../../runtime/deadline.ts';
import type { Engine } from '../../engine.ts';
import { type ExecProcess, startExecProcess } from '../exec/exec-process.ts';
import { startFailure } from '../process/start-failure.ts';
import type { HealthResult } from '../record/health.ts';
import type { LiveContainer } from '../record/live-container.ts';
import type { HealthCheck } from '../request/health-config.ts';
import { MAX_OUTPUT } from './health.ts';

const FAILED_TO_RUN = -1;
/** Milliseconds until the exit of a process must be reported. */
const REPORT_DEADLINE = 10_000;

/**
 * Runs a container's health check once, as an exec without events. A check that takes too long, or
 * still runs when the signal aborts, is killed. Never rejects.
 */
export async function runProbe(
  engine: Engine,
  container: LiveContainer,
  check: HealthCheck,
  signal: AbortSignal,
): Promise<HealthResult> {
  const start = new Date().toISOString();
  const result = (exitCode: number, output: string): HealthResult => ({
    ...{ start, end: new Date().toISOString() },
    ...{ exitCode, output },
  });
  let socket: Attachment | undefined;
  try {
    const process = await startExecProcess(engine, container, probeExec(check), (path) => {
      socket = engine.processes.connect(path);
    });
    const failed = (error: unknown) =>
      engine.log(`reading what the health check of ${container.id} prints`, error);
    const output = socket ? collect(socket, failed) : { text: () => '', ended: Promise.resolve() };
    const inTime = await endsInTime(engine, process, check.timeout, signal);
    if (!inTime) {
      const said = output.text();
      const limit = `Health check exceeded timeout (${formatDuration(check.timeout * 1e6)})`;
      return result(FAILED_TO_RUN, said ? `${limit}: ${said}` : limit);
    }
    const exitCode = await process.ended;
    await settlesWithin(output.ended, REPORT_DEADLINE);
    return result(exitCode, output.text());
  } catch (cause) {
    const { error } = startFailure(cause, check.argv[0] ?? '');
    return result(FAILED_TO_RUN, error.message);
  } finally {
    socket?.close();
  }
}

const probeExec = ({ argv }: HealthCheck) => ({
  id: randomBytes(32).toString('hex'),
  argv,
  ...{ env: [], user: '', workingDir: '' },
  ...{ tty: false, stdin: false, privileged: false, consoleSize: null },
});

/**
 * Kills a process that still runs after `milliseconds`. Returns whether it exited before. Waits for
 * the exit of a killed process, but not for long: the kernel can't end a process that waits for a
 * disk or a file server.
 */
async function endsInTime(
  { processes }: Engine,
  { pid, ended }: ExecProcess,
  milliseconds: number,
  signal: AbortSignal,
): Promise<boolean> {
  const aborted = Promise.withResolvers<void>();
  const abort = () => aborted.resolve();
  signal.addEventListener('abort', abort);
  // Stopped while the check was starting.
  if (signal.aborted) abort();
  const over = Promise.race([ended.then(() => true), aborted.promise.then(() => false)]);
  const inTime = (await settlesWithin(over, milliseconds)) && (await over);
  signal.removeEventListener('abort', abort);
  if (inTime) return true;
  processes.killSession(pid);
  await settlesWithin(ended, REPORT_DEADLINE);
  return false;
}

/** Reads all output and keeps its beginning. */
function collect(socket: Attachment, failed: (error: unknown) => void) {
  const kept: Buffer[] = [];
  let length = 0;
  const read = async () => {
    for await (const { data } of socket.output as AsyncIterable<OutputPacket>) {
      if (length <= MAX_OUTPUT) kept.push(data);
      length += data.length;
    }
  };
  const text = () => {
    const all = Buffer.concat(kept);
    return all.length > MAX_OUTPUT ? `${all.toString('utf8', 0, MAX_OUTPUT)}...` : all.toString();
  };
  return { text, ended: read().catch(failed) };
}
