import { HostError } from '../../host/base/errors.ts';
import type { ComposeHost } from '../../host/compose/apply/compose-host.ts';
import type { Project } from '../../host/compose/file/project.ts';
import { mapValues } from '../../host/compose/file/record.ts';
import type { WatchOptions } from '../../host/compose/watch/watch.ts';
import type { CliContext } from '../context.ts';
import { printEvents } from './run-with-progress.ts';

/** The project with a build for each watched service, so that its image has the newest files. */
export function withBuilds(project: Project): Project {
  const services = mapValues(project.services, (service) =>
    service.build && service.develop ? { ...service, pull_policy: 'build' as const } : service,
  );
  return { ...project, services };
}

/** Throws HostError 'invalid' if no service has anything to watch. */
export function requireWatch({ services }: Project): void {
  if (Object.values(services).some(({ develop }) => develop?.watch)) return;
  throw new HostError(
    'invalid',
    'none of the selected services is configured for watch, see https://docs.docker.com/compose/how-tos/file-watch/',
  );
}

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
