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
 * Does the work and reports each change as a line on standard error. Ctrl-C stops between two
 * steps, with HostError 'cancelled'.
 */
export async function runWithProgress<T>(
  context: CliContext,
  work: (report: (event: ProjectEvent) => void, signal: AbortSignal) => Promise<T>,
  { quiet = false }: { readonly quiet?: boolean | undefined } = {},
): Promise<T> {
  const leaving = new AbortController();
  const leave = () => leaving.abort();
  context.signals.on('SIGINT', leave);
  context.signals.on('SIGTERM', leave);
  try {
    return await work(quiet ? () => {} : printEvents(context), leaving.signal);
  } catch (error) {
    if (!leaving.signal.aborted) throw error;
    throw new HostError('cancelled', 'cancelled; the completed steps were kept', {
      hint: 'To continue, run `berth compose up`.',
      cause: error,
    });
  } finally {
    context.signals.off('SIGINT', leave);
    context.signals.off('SIGTERM', leave);
  }
}

/** Prints each change as a line on standard error. */
export function printEvents(context: CliContext): (event: ProjectEvent) => void {
  let last = '';
  return ({ kind, name, state, text }) => {
    const line =
      state === 'warning' ? `warning: ${name}: ${text}\n` : ` ${KINDS[kind]} ${name}  ${text}\n`;
    // A pull repeats the same message many times.
    if (line !== last) context.stderr.write(line);
    last = line;
  };
}
