import type { Command } from 'commander';
import { HostError } from '../../../host/base/errors.ts';
import { told } from '../../../host/compose/apply/compose-host.ts';
import {
  listProjectContainers,
  type ProjectContainer,
} from '../../../host/compose/apply/observe.ts';
import { requireServices } from '../../../host/compose/apply/require-services.ts';
import { addProjectFlags, indexFlag, type ProjectOptions } from '../../compose/project-flags.ts';
import { nameProject } from '../../compose/project-options.ts';
import { printEvents } from '../../compose/run-with-progress.ts';
import type { CliContext } from '../../context.ts';
import { type CopyEnd, parseCopyEnd } from '../../copy/container-path.ts';
import { copyPath } from '../../copy/copy-path.ts';
import { connectEngine } from '../../engine.ts';

interface CpOptions extends ProjectOptions {
  readonly all?: boolean;
  readonly archive?: boolean;
  readonly followLink?: boolean;
  readonly index?: number;
}

export function define(command: Command, context: CliContext): void {
  addProjectFlags(command)
    .argument('<source>', 'PATH, SERVICE:PATH, or - for a tar on standard input')
    .argument('<target>', 'SERVICE:PATH, PATH, or - for a tar on standard output')
    .option('--all', 'Include containers created by the run command')
    .option('-a, --archive', 'Archive mode (copy all uid/gid information)')
    .option('-L, --follow-link', 'Always follow symbol link in SRC_PATH')
    .addOption(indexFlag())
    .action(async (sourceText: string, targetText: string, options: CpOptions) => {
      const [source, target] = [parseCopyEnd(sourceText), parseCopyEnd(targetText)];
      const service = serviceOf(source, target);
      const { name: project, known } = await nameProject(context, options);
      const engine = await connectEngine(context);
      const all = (await listProjectContainers(engine, project)).filter(
        (each) => each.service === service,
      );
      if (known.length > 0 && all.length === 0) requireServices([service], known);
      const chosen = targets(all, service, source.container !== undefined, options);
      // Ctrl-C ends the process, and with it the copy.
      const report = printEvents(context);
      await Promise.all(
        chosen.map(({ id, name }) => {
          const of = (end: CopyEnd) =>
            end.container === undefined ? end : { ...end, container: id };
          const place = (end: CopyEnd) =>
            end.container === undefined ? end.path : `${name}:${end.path}`;
          const text = `${place(source)} to ${place(target)}`;
          return told(report, 'container', name, [`Copying ${text}`, `Copied ${text}`], () =>
            copyPath(context, engine, of(source), of(target), options),
          );
        }),
      );
    });
}

function serviceOf(source: CopyEnd, target: CopyEnd): string {
  const service = source.container ?? target.container;
  if (service === undefined) throw new HostError('invalid', 'unknown copy direction');
  if (source.container !== undefined && target.container !== undefined) {
    throw new HostError('invalid', 'copying between services is not supported');
  }
  return service;
}

/** A copy from a service reads one container; a copy to a service writes to all of them. */
function targets(
  containers: readonly ProjectContainer[],
  service: string,
  isSource: boolean,
  { all = false, index }: CpOptions,
): readonly ProjectContainer[] {
  const found = containers
    .filter(({ oneoff }) => all || !oneoff)
    .filter(({ number }) => index === undefined || number === index);
  if (found.length === 0) {
    throw new HostError(
      'invalid',
      index === undefined
        ? `no container found for service "${service}"`
        : `service "${service}" is not running container #${index}`,
    );
  }
  return isSource ? found.slice(0, 1) : found;
}
