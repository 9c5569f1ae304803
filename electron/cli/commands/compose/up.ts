import type { Command } from 'commander';
import { HostError } from '../../../host/base/errors.ts';
import { awaitReady } from '../../../host/compose/apply/await-ready.ts';
import { requireServices } from '../../../host/compose/apply/require-services.ts';
import { up } from '../../../host/compose/apply/up.ts';
import { selectedServices } from '../../../host/compose/file/dependencies.ts';
import type { Project } from '../../../host/compose/file/project.ts';
import { requireWatch, withBuilds } from '../../../host/compose/watch/prepare.ts';
import { watchProject } from '../../../host/compose/watch/watch.ts';
import { engineTime } from '../../../host/engine/system.ts';
import { type AttachedUp, followUp } from '../../compose/attached-up.ts';
import { openComposeHost } from '../../compose/compose-host.ts';
import { creation } from '../../compose/creation-flags.ts';
import { withPolicies } from '../../compose/image-policies.ts';
import { addProjectFlags } from '../../compose/project-flags.ts';
import { openProject } from '../../compose/project-options.ts';
import { runWithProgress, withoutImages } from '../../compose/run-with-progress.ts';
import { addUpFlags, checkUpFlags, type UpFlags } from '../../compose/up-flags.ts';
import { watching } from '../../compose/watching.ts';
import type { CliContext } from '../../context.ts';
import { ExitStatus } from '../../exit-code.ts';

export function define(command: Command, context: CliContext): void {
  addUpFlags(addProjectFlags(command.argument('[services...]'))).action(
    (services: string[], flags: UpFlags) => start(context, services, flags),
  );
}

async function start(
  context: CliContext,
  services: readonly string[],
  flags: UpFlags,
): Promise<void> {
  checkUpFlags(flags);
  const opened = withPolicies(await openProject(context, flags, services), flags);
  const project = flags.watch ? withBuilds(opened) : opened;
  if (flags.watch) requireWatch(project);
  const { exitCodeFrom } = flags;
  const named = [...services, ...(exitCodeFrom === undefined ? [] : [exitCodeFrom])];
  requireServices(named, Object.keys(project.services));
  const started = selectedServices(project.services, services, { noDeps: !flags.deps });
  const shown = shownServices(project, services, started, flags);
  const host = await openComposeHost(context);
  const { engine } = host;
  const isAttached = !flags.detach && !flags.wait && flags.start;
  const since = isAttached ? ((await engineTime(engine)) ?? new Date().toISOString()) : '';
  // As in Docker Compose.
  const onlyCreates = isAttached && context.isDryRun?.() === true;
  const how = {
    ...{ ...creation(flags), services, noDeps: !flags.deps },
    noStart: !flags.start || onlyCreates,
  };
  await runWithProgress(context, async (report, signal) => {
    const shown = withoutImages(report, flags);
    await up(host, project, { ...how, env: context.env }, shown, signal);
    if (!flags.wait) return;
    const { waitTimeout: timeout } = flags;
    const wanted = { services: started, ...(timeout !== undefined && { timeout }) };
    await awaitReady(engine, project, wanted, report, signal);
  });
  if (onlyCreates) {
    context.stderr.write(
      "end of 'compose up' output, interactive run is not supported in dry-run mode\n",
    );
  }
  if (!isAttached || onlyCreates) return;
  const exitCode = await followUp(context, engine, {
    ...{ project: project.name, shown, since, exitCodeFrom, timeout: flags.timeout },
    services: new Set(services.length > 0 ? services : started),
    // As in Docker Compose.
    watched: new Set(services.length > 0 ? services : shown.length > 0 ? shown : started),
    abortOn: abortOn(flags),
    watch: flags.watch
      ? (signal) => watchProject(watching(context, host, project, services), signal)
      : undefined,
    logs: { bare: !flags.logPrefix, timestamps: flags.timestamps ?? false, color: flags.color },
  });
  if (exitCode !== 0) throw new ExitStatus(exitCode);
}

function abortOn(flags: UpFlags): AttachedUp['abortOn'] {
  if (flags.abortOnContainerFailure) return 'failure';
  return flags.abortOnContainerExit || flags.exitCodeFrom !== undefined ? 'exit' : undefined;
}

/**
 * The named services, or all, without those that `attach: false` or `--no-attach` leaves out. Throws
 * HostError 'invalid' if `--attach` names another service.
 */
function shownServices(
  project: Project,
  services: readonly string[],
  started: ReadonlySet<string>,
  { attach, attachDependencies, noAttach = [] }: UpFlags,
): string[] {
  if (attach !== undefined) {
    const others = attach.filter((name) => !started.has(name));
    if (others.length === 0) return attach.filter((name) => !noAttach.includes(name));
    const message = `cannot attach to services not included in up: ${others.join(', ')}`;
    throw new HostError('invalid', message);
  }
  const named = services.length > 0 && !attachDependencies ? services : [...started];
  return named.filter(
    (name) => project.services[name]?.attach !== false && !noAttach.includes(name),
  );
}
