import { startContainer } from '../../engine/containers.ts';
import { dependenciesOf, selectedServices } from '../file/dependencies.ts';
import { environmentOf, type Project } from '../file/project.ts';
import { writeFiles } from '../file/write-files.ts';
import { awaitDependencies } from './await-dependencies.ts';
import { type ComposeHost, type Report, told } from './compose-host.ts';
import { ContainerMaker, removeWithStop } from './create-containers.ts';
import { createResources } from './create-resources.ts';
import { hookOutput, runHooks } from './hooks.ts';
import { inOrder } from './in-order.ts';
import { observe } from './observe.ts';
import { type Plan, type PlanOptions, planProject } from './plan.ts';
import { prepareImages } from './prepare-images.ts';
import { requireFolders } from './require-folders.ts';
import { requireServices } from './require-services.ts';

export interface UpOptions extends Omit<PlanOptions, 'services' | 'dependencies'> {
  /** These services and their dependencies; all services by default. */
  readonly services?: readonly string[];
  /** Leave the dependencies of the services alone. */
  readonly noDeps?: boolean;
  readonly build?: boolean;
  readonly pull?: boolean;
  /** Build no image. */
  readonly noBuild?: boolean;
  /** Give new containers new anonymous volumes instead of those of the containers they replace. */
  readonly renewVolumes?: boolean;
  readonly removeOrphans?: boolean;
  /** Create all containers but start none. */
  readonly noStart?: boolean;
  /** The caller's environment, for secrets that come from variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Creates a project's images, networks, volumes and containers, and starts the containers in
 * dependency order. After a failure or abort, the finished part stays, and the next `up` continues
 * from there. Rejects with HostError.
 */
export async function up(
  host: ComposeHost,
  project: Project,
  options: UpOptions,
  report: Report,
  signal: AbortSignal,
): Promise<Plan> {
  requireServices(options.services ?? [], Object.keys(project.services));
  const services = selectedServices(project.services, options.services ?? [], options);
  const chosen = [...services].flatMap((name) => project.services[name] ?? []);
  await requireFolders(host, project, chosen);
  await prepareImages(host, project, { ...options, services }, report, signal);
  signal.throwIfAborted();
  const observed = await observe(host.engine, project);
  const named = options.services ?? [];
  const dependencies = new Set(
    named.length === 0 ? [] : [...services].filter((name) => !named.includes(name)),
  );
  const plan = planProject(project, observed, { ...options, services, dependencies });
  for (const text of plan.warnings) {
    report({ kind: 'project', name: project.name, state: 'warning', text });
  }
  if (options.removeOrphans) {
    for (const orphan of plan.orphans) await removeWithStop(host.engine, orphan, report);
  } else if (plan.orphans.length > 0) {
    const names = plan.orphans.map(({ name }) => name).join(' ');
    report({
      ...{ kind: 'project', name: project.name, state: 'warning' },
      text: `Found orphan containers ([${names}]) for this project. If you removed or renamed this service in your compose file, you can run this command with the --remove-orphans flag to clean it up.`,
    });
  }
  await createResources(host.engine, project, plan, observed, report);
  const maker = new ContainerMaker(host.engine, project, observed.images, report, options);
  const steps = new Map(plan.services.map((service) => [service.name, service.steps]));
  const awaited = (name: string) => dependenciesOf(project.services, name);
  await inOrder(services, awaited, async (name) => {
    signal.throwIfAborted();
    await maker.make(name, steps.get(name) ?? [], signal);
  });
  if (options.noStart) return plan;
  await inOrder(services, awaited, async (name) => {
    const containersOf = (other: string) => maker.made.get(other) ?? [];
    await awaitDependencies(host.engine, project, name, containersOf, report, signal);
    const service = project.services[name];
    const containers = maker.made.get(name) ?? [];
    await Promise.all(
      containers.map(async ({ id, name: container, isKept }) => {
        signal.throwIfAborted();
        if (isKept || !service) return;
        await writeFiles(host.engine, project, service, id, environmentOf(project, options.env));
        await told(report, 'container', container, ['Starting', 'Started'], async () => {
          await startContainer(host.engine, id);
          await runHooks(
            host.engine,
            { id, service: name },
            service.post_start,
            signal,
            hookOutput(report, container),
          );
        });
      }),
    );
  });
  return plan;
}
