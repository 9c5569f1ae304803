import type { ReportProgress } from '../../host/kube/progress.ts';
import { runWithProgress } from '../compose/run-with-progress.ts';
import type { CliContext } from '../context.ts';

/**
 * Does the work and reports each change as a line on standard error. Rejects with HostError
 * 'cancelled' after Ctrl-C.
 */
export function runWithKubeProgress<T>(
  context: CliContext,
  work: (report: ReportProgress, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const report: ReportProgress = ({ kind, name, namespace, state, text }) => {
    const where = namespace === undefined || namespace === 'default' ? '' : `${namespace}/`;
    const line = `${kind} ${where}${name}`;
    context.stderr.write(
      state === 'warning' ? `warning: ${line}: ${text}\n` : ` ${line}  ${text}\n`,
    );
  };
  return runWithProgress(context, (_, signal) => work(report, signal));
}
