import type { ProjectEvent } from '../../api/project-events.ts';
import { awaitedElsewhere } from '../../host/base/awaited-elsewhere.ts';
import { HostError } from '../../host/base/errors.ts';
import type { CliContext } from '../context.ts';
import { onInterruption } from '../session/interruption.ts';

const KINDS: Readonly<Record<ProjectEvent['kind'], string>> = {
  image: 'Image',
  network: 'Network',
  volume: 'Volume',
  container: 'Container',
  project: 'Project',
};

/** Before each line of progress with `--dry-run`, in Docker's words. */
export const DRY_RUN = ' DRY-RUN MODE - ';

/**
 * Does the work and reports each change as a line on standard error. Rejects with HostError
 * 'cancelled' after Ctrl-C: the first one lets the current step finish, the second one doesn't.
 */
export async function runWithProgress<T>(
  context: CliContext,
  work: (report: (event: ProjectEvent) => void, signal: AbortSignal) => Promise<T>,
  { quiet = false }: { readonly quiet?: boolean | undefined } = {},
): Promise<T> {
  const leaving = new AbortController();
  const forced = Promise.withResolvers<never>();
  awaitedElsewhere(forced.promise);
  using _ = onInterruption(context.signals, () => {
    if (leaving.signal.aborted) forced.reject(new Error('forced'));
    leaving.abort();
  });
  try {
    const working = work(quiet ? () => {} : printEvents(context), leaving.signal);
    const result = await Promise.race([working, forced.promise]);
    // Not every step looks at the signal, and the caller has more to do.
    leaving.signal.throwIfAborted();
    return result;
  } catch (error) {
    if (!leaving.signal.aborted) throw error;
    throw new HostError('cancelled', 'cancelled; the completed steps were kept', {
      hint: 'To continue, run the command again.',
      cause: error,
    });
  }
}

/** Without the progress of pulls and builds. Their warnings are shown. */
export function withoutImages(
  report: (event: ProjectEvent) => void,
  { quietPull, quietBuild }: { readonly quietPull?: boolean; readonly quietBuild?: boolean },
): (event: ProjectEvent) => void {
  if (!quietPull && !quietBuild) return report;
  return (event) => {
    const isPull = /^Pull/.test(event.text);
    const isQuiet = event.kind === 'image' && (isPull ? quietPull : quietBuild);
    if (!isQuiet || event.state === 'warning') report(event);
  };
}

/** Prints each change as a line on standard error. */
export function printEvents(context: CliContext): (event: ProjectEvent) => void {
  const prefix = context.isDryRun?.() ? DRY_RUN : '';
  let last = '';
  return ({ kind, name, state, text }) => {
    const line =
      state === 'warning'
        ? `${prefix}warning: ${name}: ${text}\n`
        : `${prefix} ${KINDS[kind]} ${name}  ${text}\n`;
    // A pull repeats the same message many times.
    if (line !== last) context.stderr.write(line);
    last = line;
  };
}
