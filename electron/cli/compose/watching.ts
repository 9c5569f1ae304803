import type { ComposeHost } from '../../host/compose/apply/compose-host.ts';
import type { Project } from '../../host/compose/file/project.ts';
import type { WatchOptions } from '../../host/compose/watch/watch.ts';
import type { CliContext } from '../context.ts';
import { printEvents } from './run-with-progress.ts';

/** Watching that tells on the terminal what happens, each line after `prefix`. */
export function watching(
  context: CliContext,
  host: ComposeHost,
  project: Project,
  services: readonly string[],
  { prune = true, prefix = ' ⦿ ' }: { readonly prune?: boolean; readonly prefix?: string } = {},
): WatchOptions {
  return {
    ...{ host, project, services, prune, env: context.env, report: printEvents(context) },
    say: (line) => context.stdout.write(`${prefix}${line}\n`),
    warn: (text) => context.stderr.write(`warning: ${text}\n`),
    output: (data) => context.stdout.write(data),
  };
}
