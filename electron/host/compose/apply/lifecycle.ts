import { HostError } from '../../base/errors.ts';
import type { EngineClient } from '../../engine/connection/client.ts';
import {
  killContainer,
  pauseContainer,
  restartContainer,
  startContainer,
  stopContainer,
  unpauseContainer,
} from '../../engine/containers.ts';
import { environmentOf, type Project } from '../file/project.ts';
import { writeFiles } from '../file/write-files.ts';
import { awaitDependencies } from './await-dependencies.ts';
import { type Report, told, toldEach } from './compose-host.ts';
import { dependentsFirst } from './down.ts';
import { type HooksOf, hookOutput, runHooks } from './hooks.ts';
import { inOrder } from './in-order.ts';
import { ACTIVE_STATES, listProjectContainers, type ProjectContainer } from './observe.ts';
import { requireServices } from './require-services.ts';

export interface LifecycleOptions {
  readonly services?: readonly string[];
  /** Services of the project. Naming a service without a container isn't an error. */
  readonly known?: readonly string[];
  /** Seconds before SIGKILL. */
  readonly timeout?: number;
  readonly hooks?: HooksOf;
  /** With the conditions under which its services may start. */
  readonly project?: Project;
  /** Gives a container of a service what it needs before it starts. */
  readonly prepare?: (service: string, container: string) => Promise<void>;
}

/** What the files of a project add to an operation. `env` is the caller's environment. */
export function ofProject(
  client: EngineClient,
  project: Project,
  env: Readonly<Record<string, string | undefined>>,
): Pick<LifecycleOptions, 'hooks' | 'prepare' | 'project'> {
  const { services } = project;
  const environment = environmentOf(project, env);
  return {
    ...{ hooks: services, project },
    async prepare(name, container) {
      const service = services[name];
      if (service) await writeFiles(client, project, service, container, environment);
    },
  };
}

/** What an operation does with the containers of a project. */
export type Verb = (
  client: EngineClient,
  project: string,
  options: LifecycleOptions,
  report: Report,
  signal: AbortSignal,
) => Promise<void>;

/** Stops the containers of a project, dependent containers first. */
export const stop: Verb = async (client, project, options, report, signal) => {
  const containers = await containersOf(client, project, options);
  const running = containers.filter(({ state }) => ACTIVE_STATES.includes(state));
  await dependentsFirst(running, async (container) => {
    signal.throwIfAborted();
    const { id, name, service } = container;
    await told(report, 'container', name, ['Stopping', 'Stopped'], async () => {
      await runHooks(
        client,
        container,
        options.hooks?.[service]?.pre_stop,
        signal,
        hookOutput(report, name),
      );
      await stopContainer(client, id, timeoutOf(options));
    });
  });
};

/** Starts the existing containers of a project, dependencies first. */
export const start: Verb = async (client, project, options, report, signal) => {
  const containers = await containersOf(client, project, options);
  const { known = [], services = [] } = options;
  if (containers.length === 0 && (await containersOf(client, project, { known })).length === 0) {
    const name = services[0] ?? known[0];
    throw new HostError('invalid', `service "${name}" has no container to start`, {
      hint: 'To create it, run `berth compose up`.',
    });
  }
  const ready = conditionsOf(client, options.project, containers, report, signal);
  await dependenciesFirst(containers, ready, async (container) => {
    signal.throwIfAborted();
    const { id, name, service, state } = container;
    if (state === 'running') return;
    await options.prepare?.(service, id);
    await told(report, 'container', name, ['Starting', 'Started'], async () => {
      await startContainer(client, id);
      await runHooks(
        client,
        container,
        options.hooks?.[service]?.post_start,
        signal,
        hookOutput(report, name),
      );
    });
  });
};

export const restart: Verb = async (client, project, options, report, signal) => {
  const containers = await containersOf(client, project, options);
  const ready = conditionsOf(client, options.project, containers, report, signal);
  await dependenciesFirst(containers, ready, async (container) => {
    signal.throwIfAborted();
    const { id, name, service, state } = container;
    const hooks = options.hooks?.[service];
    await told(report, 'container', name, ['Restarting', 'Started'], async () => {
      if (state === 'running')
        await runHooks(client, container, hooks?.pre_stop, signal, hookOutput(report, name));
      await restartContainer(client, id, timeoutOf(options));
      await runHooks(client, container, hooks?.post_start, signal, hookOutput(report, name));
    });
  });
};

/** Sends a signal to the running containers of a project, also to those of `run`. */
export const kill =
  (signalName: string): Verb =>
  async (client, project, options, report) => {
    const containers = await containersOf(client, project, options, { oneOffs: true });
    const running = containers.filter(({ state }) => ACTIVE_STATES.includes(state));
    await toldEach(report, running, ['Killing', 'Killed'], (id) =>
      killContainer(client, id, signalName),
    );
  };

/** Pauses the running containers of a project. */
export const pause: Verb = async (client, project, options, report) => {
  const containers = await containersOf(client, project, options);
  const running = containers.filter(({ state }) => state === 'running');
  await afterEach(report, running, 'Paused', (id) => pauseContainer(client, id));
};

export const unpause: Verb = async (client, project, options, report) => {
  const containers = await containersOf(client, project, options);
  const paused = containers.filter(({ state }) => state === 'paused');
  await afterEach(report, paused, 'Unpaused', (id) => unpauseContainer(client, id));
};

/** Reports only what is done, as Docker Compose does when it pauses. */
async function afterEach(
  report: Report,
  containers: readonly ProjectContainer[],
  text: string,
  work: (id: string) => Promise<void>,
): Promise<void> {
  await Promise.all(
    containers.map(async ({ id, name }) => {
      await work(id);
      report({ kind: 'container', name, state: 'done', text });
    }),
  );
}

const timeoutOf = ({ timeout }: LifecycleOptions) => (timeout === undefined ? {} : { timeout });

async function containersOf(
  client: EngineClient,
  project: string,
  { services, known = [] }: LifecycleOptions,
  { oneOffs = false } = {},
): Promise<ProjectContainer[]> {
  const all = (await listProjectContainers(client, project)).filter(
    ({ oneoff }) => oneOffs || !oneoff,
  );
  const existing = [...known, ...all.map(({ service }) => service)];
  if (existing.length > 0) requireServices(services ?? [], existing);
  // A project with files may have no containers yet.
  if (all.length === 0 && known.length === 0) {
    throw new HostError('invalid', `no such project: ${project}`, {
      hint: 'run `berth compose up` first',
    });
  }
  if (!services || services.length === 0) return all;
  return all.filter(({ service }) => services.includes(service));
}

/** Waits for the conditions of a service on others of these containers. */
function conditionsOf(
  client: EngineClient,
  project: Project | undefined,
  containers: readonly ProjectContainer[],
  report: Report,
  signal: AbortSignal,
) {
  const containersOf = (name: string) => containers.filter(({ service }) => service === name);
  return async (service: string) => {
    if (project) await awaitDependencies(client, project, service, containersOf, report, signal);
  };
}

function dependenciesFirst(
  containers: readonly ProjectContainer[],
  ready: (service: string) => Promise<void>,
  work: (container: ProjectContainer) => Promise<void>,
): Promise<void> {
  const services = new Set(containers.map(({ service }) => service));
  const dependencies = (service: string) =>
    containers.filter((each) => each.service === service).flatMap(({ dependsOn }) => dependsOn);
  return inOrder(services, dependencies, async (service) => {
    await ready(service);
    await Promise.all(containers.filter((each) => each.service === service).map(work));
  });
}
