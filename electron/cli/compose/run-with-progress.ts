import type { ProjectEvent } from '../../api/project-events.ts';
import { HostError } from '../../host/base/errors.ts';
import type { CliContext } from '../context.ts';

const KINDS: Readonly<Record<ProjectEvent['kind'], string>> = {
  image: 'Image',
  network: 'Network',
  volume: 'Volume',
  container: 'Container',
  project: 'Project',
};

/**
 * Does the work and tells on standard error what happens, a line for each change. Ctrl-C ends it
 * between two steps, with HostError 'cancelled'.
 */
export async function runWithProgress(
  context: CliContext,
  work: (report: (event: ProjectEvent) => void, signal: AbortSignal) => Promise<unknown>,
): Promise<void> {
  const leaving = new AbortController();
  const leave = () => leaving.abort();
  context.signals.on('SIGINT', leave);
  context.signals.on('SIGTERM', leave);
  let last = '';
  try {
    await work(({ kind, name, state, text }) => {
      const line =
        state === 'warning' ? `warning: ${name}: ${text}\n` : ` ${KINDS[kind]} ${name}  ${text}\n`;
      // A pull tells the same many times.
      if (line !== last) context.stderr.write(line);
      last = line;
    }, leaving.signal);
  } catch (error) {
    if (!leaving.signal.aborted) throw error;
    throw new HostError('cancelled', 'cancelled; what was done until then stays', {
      hint: '`berth compose up` goes on from there',
      cause: error,
    });
  } finally {
    context.signals.off('SIGINT', leave);
    context.signals.off('SIGTERM', leave);
  }
}
