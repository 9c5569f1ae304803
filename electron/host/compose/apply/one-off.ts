import { randomBytes } from 'node:crypto';
import { loggerOf } from '../../base/log.ts';
import { createContainer, removeContainer, startContainer } from '../../engine/containers.ts';
import { dependenciesOf, selectedServices } from '../file/dependencies.ts';
import type { ServiceMount } from '../file/mount-schema.ts';
import type { ServicePort } from '../file/port-schema.ts';
import { environmentOf, type Project, type ProjectService } from '../file/project.ts';
import { writeFiles } from '../file/write-files.ts';
import { awaitDependencies } from './await-dependencies.ts';
import type { ComposeHost, Report } from './compose-host.ts';
import { containerRequest } from './container-request.ts';
import { createResources } from './create-resources.ts';
import { warnOfFiles } from './file-mounts.ts';
import { observe } from './observe.ts';
import { planProject } from './plan.ts';
import { prepareImages } from './prepare-images.ts';
import { requireFolders } from './require-folders.ts';
import { requireServices } from './require-services.ts';
import { up } from './up.ts';

const log = loggerOf('compose');

/** What a container of `run` has instead of its service's settings. */
export interface OneOff {
  readonly service: string;
  readonly command: readonly string[];
  readonly entrypoint?: readonly string[] | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly capAdd: readonly string[];
  readonly capDrop: readonly string[];
  readonly mounts: readonly ServiceMount[];
  readonly ports: readonly ServicePort[];
  readonly name?: string | undefined;
  readonly user?: string | undefined;
  readonly workdir?: string | undefined;
  readonly interactive: boolean;
  readonly tty: boolean;
  readonly rm: boolean;
  /** Publishes the ports of the service. */
  readonly servicePorts: boolean;
  /** Answers to the service's names on its networks. */
  readonly useAliases: boolean;
}

export interface OneOffOptions {
  readonly noDeps: boolean;
  readonly removeOrphans: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface OneOffContainer {
  readonly id: string;
  readonly name: string;
  start(): Promise<void>;
}

/**
 * Creates a container of a service for one command, after the containers of the services that the
 * service depends on have started. Rejects with HostError.
 */
export async function createOneOff(
  host: ComposeHost,
  project: Project,
  ask: OneOff,
  options: OneOffOptions,
  report: Report,
  signal: AbortSignal,
): Promise<OneOffContainer> {
  const { engine } = host;
  const { env } = options;
  requireServices([ask.service], Object.keys(project.services));
  const service = project.services[ask.service] as ProjectService;
  const oneOff = serviceFor(service, ask);
  await requireFolders(host, project, [oneOff]);
  const dependencies = options.noDeps ? [] : dependenciesOf(project.services, ask.service);
  if (dependencies.length > 0) {
    const { removeOrphans } = options;
    await up(host, project, { services: dependencies, removeOrphans, env }, report, signal);
  }
  const services = new Set([ask.service]);
  await prepareImages(host, project, { services, env }, report, signal);
  const observed = await observe(engine, project);
  // As in Docker Compose, also with `noDeps`.
  const used = selectedServices(project.services, [ask.service], {});
  const plan = planProject(project, observed, { services: used });
  await createResources(engine, project, plan, observed, report);
  const own = observed.containers.filter(({ oneoff }) => !oneoff);
  const containersOf = (name: string) => own.filter((each) => each.service === name);
  if (!options.noDeps) {
    await awaitDependencies(engine, project, ask.service, containersOf, report, signal);
  }
  const slug = randomBytes(32).toString('hex');
  const name = ask.name ?? `${project.name}-${ask.service}-run-${slug.slice(0, 12)}`;
  const request = containerRequest(project, ask.service, oneOff, {
    ...{ name, number: 1, imageId: observed.images.get(service.image) ?? '' },
    containerOf: (other) => containersOf(other)[0]?.id ?? '',
    oneOff: { slug, useAliases: ask.useAliases, rm: ask.rm, interactive: ask.interactive },
  });
  const { platform } = service;
  await warnOfFiles(project, ask.service, oneOff, report);
  signal.throwIfAborted();
  const { Id: id } = await createContainer(engine, request, {
    ...{ name, ...(platform !== undefined && { platform }) },
  });
  if (signal.aborted) {
    // Nobody starts the container any more.
    await log.attempt(
      `Removing ${name}`,
      removeContainer(engine, id, { force: true, volumes: true }),
    );
    signal.throwIfAborted();
  }
  return {
    ...{ id, name },
    async start() {
      await writeFiles(engine, project, oneOff, id, environmentOf(project, env));
      await startContainer(engine, id);
    },
  };
}

/** The settings of the container. A new entrypoint takes the service's command away. */
function serviceFor(service: ProjectService, ask: OneOff): ProjectService {
  const { container_name, restart, scale, ...rest } = service;
  const { deploy } = service;
  const clearsCommand = ask.entrypoint !== undefined && ask.command.length === 0;
  const command = clearsCommand ? [] : ask.command.length > 0 ? [...ask.command] : service.command;
  return {
    ...rest,
    ...(deploy && { deploy: { ...deploy, restart_policy: undefined } }),
    command,
    entrypoint: ask.entrypoint === undefined ? service.entrypoint : [...ask.entrypoint],
    environment: { ...service.environment, ...ask.environment },
    labels: { ...service.labels, ...ask.labels },
    cap_add: without([...(service.cap_add ?? []), ...ask.capAdd], ask.capDrop),
    cap_drop: [...without(service.cap_drop ?? [], ask.capAdd), ...ask.capDrop],
    volumes: mountsOver(service.volumes ?? [], ask.mounts),
    ports: [...(ask.servicePorts ? (service.ports ?? []) : []), ...ask.ports],
    stdin_open: ask.interactive,
    tty: ask.tty,
    user: ask.user ?? service.user,
    working_dir: ask.workdir ?? service.working_dir,
  };
}

const without = (all: readonly string[], removed: readonly string[]) =>
  all.filter((each) => !removed.includes(each));

/** A mount takes the place of another one at the same path. */
function mountsOver(base: readonly ServiceMount[], over: readonly ServiceMount[]): ServiceMount[] {
  return [...new Map([...base, ...over].map((mount) => [mount.target, mount])).values()];
}
