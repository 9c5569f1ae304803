import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { engineRoutes } from '../../api/routes/engine-routes.ts';
import { ApiServer } from '../../api/server.ts';
import { Buildkit } from '../../buildkit/buildkit.ts';
import { createContainer } from '../../engine/containers/lifecycle/create.ts';
import { watchExits } from '../../engine/containers/lifecycle/exit.ts';
import { startContainer } from '../../engine/containers/lifecycle/start.ts';
import { ContainerCollection } from '../../engine/containers/record/collection.ts';
import { ExecCollection } from '../../engine/containers/record/exec-collection.ts';
import { imageUsers } from '../../engine/containers/record/image-users.ts';
import { createRequestSchema } from '../../engine/containers/request/config.ts';
import type { Engine } from '../../engine/engine.ts';
import { EventBus } from '../../engine/events.ts';
import { Images } from '../../engine/images/images.ts';
import { Registries } from '../../engine/images/registries.ts';
import type { ImageConfig } from '../../engine/images/store/image.ts';
import { Networks } from '../../engine/networks/networks.ts';
import { Volumes } from '../../engine/volumes/volumes.ts';
import { HostPorts } from '../../network/host-ports.ts';
import { RegistryClient } from '../../registry/client.ts';
import { parseReference, withDefaultTag } from '../../registry/reference.ts';
import { type Behaviour, startStandInRegistry } from '../../registry/testing/stand-in-registry.ts';
import { testImage } from '../../registry/testing/test-image.ts';
import { Directories } from '../../runtime/directories.ts';
import { OpenFolders } from '../../shares/open-folders.ts';
import { Shares } from '../../shares/shares.ts';
import { BlobDirectory } from '../../store/blob-directory.ts';
import { Damage } from '../../store/damage.ts';
import { type TarEntry, writeTar } from '../../store/testing/tar-writer.ts';
import { testSocket } from '../test-socket.ts';
import { FakeLayers } from './fake-layers.ts';
import { FakeMounts } from './fake-mounts.ts';
import { fakeNetworkDriver } from './fake-network-driver.ts';
import type { FakeProcess, Program } from './fake-process.ts';
import { FakeProcesses } from './fake-processes.ts';
import { Faults } from './faults.ts';

/** The files of an image, unless a test provides others. */
export const imageFiles: readonly TarEntry[] = [
  { name: 'bin', type: 'directory' },
  { name: 'bin/sh', content: '#!', mode: 0o755 },
  { name: 'etc', type: 'directory' },
  { name: 'etc/passwd', content: 'root:x:0:0:root:/root:/bin/sh\n' },
  { name: 'etc/group', content: 'root:x:0:\n' },
  { name: 'tmp', type: 'directory' },
];

/** The content of an image. */
export interface FakeImage {
  readonly config?: ImageConfig;
  readonly files?: readonly TarEntry[];
}

/**
 * The real engine behind its real API, with its state in a temporary directory. Only processes,
 * mounts, networks and registries are fake, so it needs no root. `test/engine-suite` checks that it
 * answers like a real engine.
 */
export class FakeEngine extends Faults implements AsyncDisposable {
  readonly socket: string;
  readonly engine: Engine;
  readonly images: Images;
  /** Images that can be pulled from any registry, by names such as `library/redis:latest`. */
  readonly registry: Behaviour;
  /** Where that registry is, for names that say so. */
  readonly registryHost: string;
  /** The engine's own log. */
  readonly logged: string[];
  readonly #processes: FakeProcesses;
  readonly #close: () => Promise<void>;

  private constructor(parts: {
    socket: string;
    engine: Engine;
    images: Images;
    registry: Behaviour;
    registryHost: string;
    processes: FakeProcesses;
    logged: string[];
    close: () => Promise<void>;
  }) {
    super();
    this.socket = parts.socket;
    this.engine = parts.engine;
    this.images = parts.images;
    this.registry = parts.registry;
    this.registryHost = parts.registryHost;
    this.logged = parts.logged;
    this.#processes = parts.processes;
    this.#close = parts.close;
  }

  /** Starts an engine with the images `names`, whose command is a server. */
  static async start(names: readonly string[] = ['busybox']): Promise<FakeEngine> {
    const root = await mkdtemp(join(tmpdir(), 'berth-engine-'));
    const directories = new Directories(join(root, 'data'), join(root, 'run'));
    await mkdir(directories.run, { recursive: true });
    const logged: string[] = [];
    const log = (message: string, cause?: unknown) =>
      void logged.push(cause === undefined ? message : `${message}: ${cause}`);
    const events = new EventBus();
    const damage = new Damage(log);
    const processes = new FakeProcesses(directories);
    const layers = new FakeLayers(join(root, 'layers'));
    const containers = new ContainerCollection(directories.containerRecords, damage);
    const networks = new Networks(directories.networkRecords, fakeNetworkDriver, damage);
    const shares = new Shares(undefined);
    const volumes = new Volumes(directories.volumes, events, damage, shares);
    const registry = await startStandInRegistry({ images: {} });
    const [content] = await Promise.all([
      BlobDirectory.load(join(root, 'blobs')),
      containers.load(),
      networks.load(),
      volumes.load(),
    ]);
    const images = await Images.load({
      directory: join(root, 'images'),
      ...{ content, layers, events, damage },
      users: imageUsers(containers),
      starterLayout: join(root, 'starter'),
      connect: ({ path }, credentials) =>
        new RegistryClient({ domain: registry.host, path }, credentials, [registry.host]),
    });
    const engine: Engine = {
      ...{ directories, containers, networks, volumes, images, layers, events, damage, log },
      ...{ processes, crun: processes, mounts: new FakeMounts() },
      execs: new ExecCollection(),
      hostPorts: new HostPorts(),
      shares,
      openFolders: new OpenFolders(log),
      monitors: { add: () => () => {}, close: () => {} },
      seccompProfile: { defaultAction: 'SCMP_ACT_ERRNO', syscalls: [] },
      bootId: 'this-boot',
    };
    const exits = watchExits(engine);
    await exits.open();
    const socket = testSocket(root, 'engine');
    const close = async () => {
      server.close();
      for (const container of containers.all()) {
        clearTimeout(container.restartTimer);
        clearTimeout(container.logTimer);
        container.healthMonitor?.abort();
        await processes.delete(container.id);
      }
      exits.close();
      await registry.stop();
      await rm(root, { recursive: true, force: true, maxRetries: 5 });
    };
    const fake = new FakeEngine({
      ...{ socket, engine, images, registry: registry.behaviour, processes, logged, close },
      registryHost: registry.host,
    });
    const registries = new Registries(images, []);
    const routes = engineRoutes({
      ...{
        engine,
        images,
        registries,
        buildkit: new Buildkit(engine, images, registries),
        requests: () => server.requests,
      },
      requestsBegun: () => server.requestsBegun,
      config: {
        registries: { insecure: [], mirrors: [], certificates: {} },
        proxy: { exclude: [] },
      },
    });
    const server: ApiServer = new ApiServer(
      routes.map((route) => fake.around(route)),
      log,
    );
    for (const name of names) await fake.addImage(name);
    await server.accept(socket);
    return fake;
  }

  /** Adds an image, as if it had been pulled before. */
  async addImage(
    name: string,
    { config = { Cmd: ['server'] }, files = imageFiles }: FakeImage = {},
  ) {
    using layer = await this.images.addLayer(Readable.from([writeTar(files)]));
    return this.images.commit(
      { layer, config, createdBy: `image ${name}`, created: new Date(0).toISOString() },
      withDefaultTag(parseReference(name)),
    );
  }

  /** Makes an image available for pulls. */
  offerImage(
    name: string,
    { config = { Cmd: ['server'] }, files = imageFiles }: FakeImage = {},
  ): void {
    const { path, tag } = withDefaultTag(parseReference(name));
    this.registry.images[`${path}:${tag}`] = testImage([{ tar: writeTar(files) }], config);
  }

  /** Creates and starts a container with a request of the API. Returns its ID. */
  async run(name: string, request: object): Promise<string> {
    const id = await this.create(name, request);
    await this.start(id);
    return id;
  }

  async create(name: string, request: object): Promise<string> {
    return (await createContainer(this.engine, name, createRequestSchema.parse(request))).id;
  }

  start(reference: string): Promise<void> {
    return startContainer(this.engine, this.engine.containers.get(reference));
  }

  /** Sets the program that runs as `command` in containers. */
  program(command: string, program: Program): void {
    this.#processes.programs.set(command, program);
  }

  /** The process of a running container, by its name or ID. */
  processOf(reference: string): FakeProcess {
    return this.#processes.of(this.engine.containers.get(reference).id);
  }

  close(): Promise<void> {
    return this.#close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
