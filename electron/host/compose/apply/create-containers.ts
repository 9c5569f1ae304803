import { HostError } from '../../base/errors.ts';
import { loggerOf } from '../../base/log.ts';
import type { EngineClient } from '../../engine/connection/client.ts';
import type { ContainerSummary } from '../../engine/container-schemas.ts';
import {
  createContainer,
  removeContainer,
  renameContainer,
  stopContainer,
} from '../../engine/containers.ts';
import type { Project, ProjectService } from '../file/project.ts';
import { type Report, told } from './compose-host.ts';
import { containerRequest } from './container-request.ts';
import { warnOfFiles } from './file-mounts.ts';
import type { ProjectContainer } from './observe.ts';
import type { ContainerStep } from './plan.ts';

const log = loggerOf('compose');

/** A container that a service has after its steps and that should run. */
export interface MadeContainer {
  readonly id: string;
  readonly name: string;
  /** The container already runs and stays unchanged. */
  readonly isKept: boolean;
}

/** Creates and removes containers of one service according to the plan. Starts none. */
export class ContainerMaker {
  readonly #client: EngineClient;
  readonly #project: Project;
  readonly #images: ReadonlyMap<string, string>;
  readonly #report: Report;
  readonly #renewVolumes: boolean;
  /** By service, ordered by number. */
  readonly made = new Map<string, MadeContainer[]>();

  constructor(
    client: EngineClient,
    project: Project,
    images: ReadonlyMap<string, string>,
    report: Report,
    { renewVolumes = false }: { readonly renewVolumes?: boolean } = {},
  ) {
    this.#client = client;
    this.#project = project;
    this.#images = images;
    this.#report = report;
    this.#renewVolumes = renewVolumes;
  }

  async make(name: string, steps: readonly ContainerStep[], signal: AbortSignal): Promise<void> {
    const service = this.#project.services[name];
    if (!service) return;
    if (steps.some(({ action }) => action === 'create' || action === 'recreate')) {
      await warnOfFiles(this.#project, name, service, this.#report);
    }
    const containers = await Promise.all(
      steps.map(async (step): Promise<MadeContainer | undefined> => {
        signal.throwIfAborted();
        switch (step.action) {
          case 'create':
            return this.#create(name, service, step.name, step.number);
          case 'recreate':
            return this.#recreate(name, service, step.container);
          case 'remove':
            await removeWithStop(this.#client, step.container, this.#report);
            return undefined;
          default: {
            const { id, name: own } = step.container;
            const isKept = step.action === 'keep';
            if (isKept) {
              this.#report({ kind: 'container', name: own, state: 'done', text: 'Running' });
            }
            return { id, name: own, isKept };
          }
        }
      }),
    );
    this.made.set(
      name,
      containers.filter((container) => container !== undefined),
    );
  }

  async #create(
    serviceName: string,
    service: ProjectService,
    name: string,
    number: number,
  ): Promise<MadeContainer> {
    const request = containerRequest(this.#project, serviceName, service, {
      ...{ name, number, imageId: this.#images.get(service.image) ?? '' },
      containerOf: (other) => this.#idOf(other),
    });
    return told(this.#report, 'container', name, ['Creating', 'Created'], async () => {
      const { Id, Warnings } = await createContainer(this.#client, request, {
        name,
        ...(service.platform === undefined ? {} : { platform: service.platform }),
      });
      for (const text of Warnings) {
        this.#report({ kind: 'container', name, state: 'warning', text });
      }
      return { id: Id, name, isKept: false };
    });
  }

  /**
   * Creates the new container under a temporary name while the old one still exists, so that a
   * failure loses nothing. Then the new container takes over the name and the anonymous volumes.
   */
  async #recreate(
    serviceName: string,
    service: ProjectService,
    old: ProjectContainer,
  ): Promise<MadeContainer> {
    const client = this.#client;
    const name = service.container_name ?? `${this.#project.name}-${serviceName}-${old.number}`;
    return told(this.#report, 'container', name, ['Recreate', 'Recreated'], async () => {
      const request = containerRequest(this.#project, serviceName, service, {
        ...{ name, number: old.number, imageId: this.#images.get(service.image) ?? '' },
        containerOf: (other) => this.#idOf(other),
        inherited: this.#renewVolumes ? new Map() : anonymousVolumes(old.summary),
        replaces: old.name,
      });
      const temporary = `${old.id.slice(0, 12)}_${name}`;
      const { Id } = await createContainer(client, request, {
        name: temporary,
        ...(service.platform === undefined ? {} : { platform: service.platform }),
      });
      try {
        await stopContainer(client, old.id);
        await removeContainer(client, old.id, { force: true });
      } catch (error) {
        // The original error matters more.
        await log.attempt(
          'Removing the new container',
          removeContainer(client, Id, { force: true }),
        );
        throw error;
      }
      await renameContainer(client, Id, name);
      return { id: Id, name, isKept: false };
    });
  }

  #idOf(service: string): string {
    const id = this.made.get(service)?.[0]?.id;
    if (id === undefined) throw new HostError('engine', `service ${service} has no container`);
    return id;
  }
}

interface Removal {
  /** Seconds before SIGKILL. */
  readonly timeout?: number | undefined;
  /** Also removes its anonymous volumes. */
  readonly volumes?: boolean;
  /** Runs first if the container is running. */
  readonly beforeStop?: () => Promise<void>;
}

/** Stops and removes a container. Succeeds if the container is already gone. */
export async function removeWithStop(
  client: EngineClient,
  container: Pick<ProjectContainer, 'id' | 'name' | 'state'>,
  report: Report,
  { timeout, volumes = false, beforeStop }: Removal = {},
): Promise<void> {
  const { id, name, state } = container;
  try {
    // As Docker Compose says it, also of a container that doesn't run.
    await told(report, 'container', name, ['Stopping', 'Stopped'], async () => {
      if (state === 'running') await beforeStop?.();
      await stopContainer(client, id, timeout === undefined ? {} : { timeout });
    });
    await told(report, 'container', name, ['Removing', 'Removed'], () =>
      removeContainer(client, id, { force: true, volumes }),
    );
  } catch (error) {
    if (!(error instanceof HostError && error.status === 404)) throw error;
  }
}

/** Anonymous volumes: their names are 64 hexadecimal digits. */
function anonymousVolumes({ Mounts }: ContainerSummary): Map<string, string> {
  return new Map(
    Mounts.flatMap(({ Type, Name = '', Destination }) =>
      Type === 'volume' && /^[0-9a-f]{64}$/.test(Name) ? [[Destination, Name]] : [],
    ),
  );
}
