import type { ProjectLogOptions } from '../../host/compose/logs.ts';
import { projectLogs } from '../../host/compose/logs.ts';
import type { EngineClient } from '../../host/engine/connection/client.ts';
import type { CliContext } from '../context.ts';

/**
 * Foreground colours of the prefixes: cyan, yellow, green, magenta, blue, and their bright ones.
 */
const COLORS = [36, 33, 32, 35, 34, 96, 93, 92, 95, 94];

export interface ShownLogs extends ProjectLogOptions {
  /** Omit the name of each line's container. */
  readonly bare?: boolean;
  /** Show when each line was written. */
  readonly timestamps?: boolean;
}

/** Shows the lines of a project's containers, each with the container's name, until Ctrl-C. */
export async function showLogs(
  context: CliContext,
  engine: EngineClient,
  project: string,
  { bare = false, timestamps = false, ...options }: ShownLogs,
): Promise<void> {
  const leaving = new AbortController();
  const leave = () => leaving.abort();
  context.signals.on('SIGINT', leave);
  context.signals.on('SIGTERM', leave);
  const seen: string[] = [];
  try {
    await projectLogs(
      engine,
      project,
      { ...options, onUnreadable: (_, problem) => context.stderr.write(`warning: ${problem}\n`) },
      ({ container, at, text }) => {
        if (!seen.includes(container)) seen.push(container);
        const width = Math.max(...seen.map((name) => name.length));
        const name = `${container.padEnd(width)}  | `;
        const color = COLORS[seen.indexOf(container) % COLORS.length];
        const prefix = context.stdout.isTTY ? `\x1b[${color}m${name}\x1b[0m` : name;
        context.stdout.write(`${bare ? '' : prefix}${timestamps ? `${at} ` : ''}${text}\n`);
      },
      leaving.signal,
    );
  } finally {
    context.signals.off('SIGINT', leave);
    context.signals.off('SIGTERM', leave);
  }
}
