import type { ProjectLogOptions } from '../../host/compose/logs.ts';
import { projectLogs } from '../../host/compose/logs.ts';
import type { EngineClient } from '../../host/engine/connection/client.ts';
import type { CliContext } from '../context.ts';
import { logPrefixes } from '../format/log-prefix.ts';
import { onInterruption } from '../session/interruption.ts';

export interface ShownLogs extends ProjectLogOptions {
  /** Omit the name of each line's container. */
  readonly bare?: boolean;
  /** Show when each line was written. */
  readonly timestamps?: boolean;
  /** False for no colours on a terminal. */
  readonly color?: boolean;
}

/** Shows the lines of a project's containers, each with the container's name, until `signal`. */
export async function showLogs(
  context: CliContext,
  engine: EngineClient,
  project: string,
  { bare = false, timestamps = false, color = true, ...options }: ShownLogs,
  signal: AbortSignal,
): Promise<void> {
  const prefixes = logPrefixes(context.stdout, color);
  await projectLogs(
    engine,
    project,
    { ...options, onUnreadable: (_, problem) => context.stderr.write(`warning: ${problem}\n`) },
    ({ container, at, text }) => {
      const prefix = bare ? '' : prefixes(container);
      context.stdout.write(`${prefix}${timestamps ? `${at} ` : ''}${text}\n`);
    },
    signal,
  );
}

/** Works until Ctrl-C. */
export async function untilInterrupted(
  context: CliContext,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const leaving = new AbortController();
  using _ = onInterruption(context.signals, () => leaving.abort());
  await work(leaving.signal);
}
