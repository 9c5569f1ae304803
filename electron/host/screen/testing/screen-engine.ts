import { realpath } from 'node:fs/promises';
import { createNetwork } from '../../../../guest-agent/engine/networks/create.ts';
import { networkCreateSchema } from '../../../../guest-agent/engine/networks/create-request.ts';
import { parseReference, withDefaultTag } from '../../../../guest-agent/registry/reference.ts';
import {
  FakeEngine,
  type FakeImage,
  imageFiles,
} from '../../../../guest-agent/testing/fake-engine/fake-engine.ts';
import type {
  FakeProcess,
  Program,
} from '../../../../guest-agent/testing/fake-engine/fake-process.ts';
import { server, shell } from '../../../../guest-agent/testing/fake-engine/programs.ts';
import { ScriptedStatistics } from './scripted-statistics.ts';

/** A test's choices for a container; the rest has defaults. */
export interface NewContainer {
  readonly image: string;
  readonly name?: string;
  readonly tty?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
  readonly ports?: readonly { readonly port: number; readonly containerPort: number }[];
  /** `NAME=value`. */
  readonly environment?: readonly string[];
  /** Named volumes; each is mounted at `/NAME`. */
  readonly volumes?: readonly string[];
  /** The container's network. */
  readonly network?: string;
  readonly health?: object;
  readonly command?: readonly string[];
  readonly hostConfig?: object;
}

/** A shell if the container has a terminal, otherwise a server. */
const service: Program = (process) => (process.tty ? shell : server)(process);

/** An image with a layer of its own. Its containers exit as soon as they are stopped. */
const imageOf = (content: string): Required<FakeImage> => ({
  config: { Cmd: ['service'], StopSignal: 'SIGKILL' },
  files: [...imageFiles, { name: 'etc/image', content }],
});

/** The files of an image without a shell. */
export const withoutShell = [{ name: 'etc', type: 'directory' }] as const;

/** The fake engine for tests of screens. Adds the images that a test's containers need. */
export class ScreenEngine {
  readonly fake: FakeEngine;
  readonly #statistics = new Map<string, ScriptedStatistics>();

  private constructor(fake: FakeEngine) {
    this.fake = fake;
  }

  static async start(): Promise<ScreenEngine> {
    const fake = await FakeEngine.start([]);
    fake.program('service', service);
    return new ScreenEngine(fake);
  }

  get socket(): string {
    return this.fake.socket;
  }

  /** How many screens listen to events. */
  get listeners(): number {
    const open = this.fake.requests.filter(({ signal }) => !signal.aborted);
    return open.filter(({ path }) => path === '/events').length;
  }

  close(): Promise<void> {
    return this.fake.close();
  }

  async addImage(reference: string, { config, files }: FakeImage = {}): Promise<void> {
    const usual = imageOf(reference);
    await this.fake.addImage(reference, {
      config: { ...usual.config, ...config },
      files: files ?? usual.files,
    });
  }

  /** The next pull of this reference gets a newer image. */
  publishNewer(reference: string): void {
    this.fake.offerImage(reference, imageOf('newer'));
  }

  /** Adds an image that the registry has too, in the same version. */
  async pullImage(reference: string, content = reference): Promise<void> {
    this.fake.offerImage(reference, imageOf(content));
    const request = { reference: withDefaultTag(parseReference(reference)) };
    const pull = { ...request, platform: undefined, credentials: undefined };
    for await (const _ of this.fake.images.pull(pull, new AbortController().signal));
  }

  async addContainer(container: NewContainer): Promise<string> {
    const { image, tty = false, ports = [], volumes = [], network } = container;
    if (!this.#has(image)) await this.addImage(image);
    return this.fake.create(container.name ?? '', {
      ...{ Image: image, Tty: tty, OpenStdin: tty, Labels: container.labels },
      ...{ Env: container.environment, Healthcheck: container.health },
      ...(container.command && { Cmd: container.command }),
      ...(network && { NetworkingConfig: { EndpointsConfig: { [network]: {} } } }),
      HostConfig: {
        Binds: volumes.map((name) => `${name}:/${name}`),
        PortBindings: Object.fromEntries(
          ports.map(({ port, containerPort }) => [
            `${containerPort}/tcp`,
            [{ HostIp: '', HostPort: String(port) }],
          ]),
        ),
        ...(network && { NetworkMode: network }),
        ...container.hostConfig,
      },
    });
  }

  async runContainer(container: NewContainer): Promise<string> {
    const id = await this.addContainer(container);
    await this.fake.start(id);
    return id;
  }

  /** Ends a container's process, and waits until the engine has noticed. */
  async exitContainer(reference: string, code: number): Promise<void> {
    const container = this.fake.engine.containers.get(reference);
    this.process(reference).exit(code);
    while (container.record.state.status === 'running') {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  process(reference: string): FakeProcess {
    return this.fake.processOf(reference);
  }

  /** Replaces a container's statistics by numbers from the test. */
  statistics(reference: string): ScriptedStatistics {
    const { id } = this.fake.engine.containers.get(reference);
    const statistics = this.#statistics.get(id) ?? new ScriptedStatistics(this.fake, id);
    this.#statistics.set(id, statistics);
    return statistics;
  }

  /** The directory with the files of a running container. */
  containerRoot(reference: string): Promise<string> {
    return realpath(this.process(reference).root);
  }

  async addNetwork(name: string, subnet?: { Subnet: string; Gateway?: string }): Promise<string> {
    const request = { Name: name, ...(subnet && { IPAM: { Config: [subnet] } }) };
    return (await createNetwork(this.fake.engine, networkCreateSchema.parse(request), [])).id;
  }

  async addVolume(name: string, labels: Record<string, string> = {}): Promise<string> {
    await this.fake.engine.volumes.create(name, { labels });
    return this.volumeRoot(name);
  }

  volumeRoot(name: string): string {
    return this.fake.engine.volumes.mountpoint(name);
  }

  /** The request that created a container. */
  requestOf(name: string): unknown {
    return this.fake.requests.findLast(
      ({ path, query }) => path === '/containers/create' && query.name === name,
    )?.body;
  }

  #has(image: string): boolean {
    try {
      this.fake.images.resolve(image);
      return true;
    } catch {
      return false; // The engine says that there is none.
    }
  }
}
